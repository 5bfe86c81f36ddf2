/** How long one test file may take. The longest take half of it on two cores on which as much again is done. */
export const fileLimitSeconds = 360;

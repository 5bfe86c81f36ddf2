/** How long one test file may take. The longest take half of it on two cores that others use as well. */
export const fileLimitSeconds = 180;

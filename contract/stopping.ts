/** From SIGTERM to SIGKILL of a container; Fargate allows no more. */
export const stopTimeoutSeconds = 120;

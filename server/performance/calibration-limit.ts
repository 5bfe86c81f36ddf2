/** How long a calibration before or after a load may take; the null server's start is part of the first one. */
export const calibrationLimitMs = 10_000;

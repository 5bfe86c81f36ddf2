/** Why the stand-in cannot run on this machine although nothing is wrong with it or with us. */
export class StandInUnavailable extends Error {}

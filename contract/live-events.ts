/**
 * Events of `GET .../events`: `run` carries the results document whenever it changed, `progress` the points since
 * the last event with an id (the last point's whole second), `end` the final results document, after which nothing
 * comes. `trouble` says in words that the stores give no news at present.
 */
export const runEvents = { run: 'run', progress: 'progress', end: 'end', trouble: 'trouble' } as const;

/** Id of the `end` event: who comes back with it has seen all. */
export const endEventId = 'end';

/** A curve is thinned to so many points before it is handed out. */
export const mostCurvePoints = 600;

const short = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});

/** `Nov 27, 17:29 UTC`: the day and the time of the viewer, with the name of its zone. */
export function formatMoment(date: Date): string {
  return short.format(date);
}

import { useEffect, useState } from 'preact/hooks';
import { formatMoment } from '../model/format-moment.ts';

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const relative = new Intl.RelativeTimeFormat('en', { style: 'short' });

/** When something was: how long ago while that says more, else the date; the exact time on pointing at it. */
export function Moment({ at }: { at: string }) {
  const now = useNow(30_000);
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>–</span>;
  return (
    <time dateTime={at} title={`${exact.format(date)} (${at})`}>
      {describeMoment(date, now)}
    </time>
  );
}

function describeMoment(date: Date, now: number): string {
  const seconds = (date.getTime() - now) / 1_000;
  if (seconds > 5) return formatMoment(date);
  if (seconds > -60) return 'just now';
  if (seconds > -3_600) return relative.format(Math.round(seconds / 60), 'minute');
  if (seconds > -86_400) return relative.format(Math.round(seconds / 3_600), 'hour');
  return formatMoment(date);
}

/** The time, anew every so often. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

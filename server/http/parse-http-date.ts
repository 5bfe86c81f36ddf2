const time = '\\d\\d:\\d\\d:\\d\\d';
const rfc850 = new RegExp(
  `^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d\\d)-(\\w{3})-(\\d\\d) (${time}) GMT$`,
);
const asctime = new RegExp(`^(\\w{3}) (\\w{3}) ([ \\d]\\d) (${time}) (\\d{4})$`);

/**
 * A date of RFC 9110, section 5.6.7, in any of its three forms, as milliseconds since 1970; null for all else, dates
 * that no calendar has and wrong days of the week included.
 */
export function parseHttpDate(text: string): number | null {
  const preferred = toPreferredForm(text);
  const parsed = Date.parse(preferred);
  return !Number.isNaN(parsed) && new Date(parsed).toUTCString() === preferred ? parsed : null;
}

/** Such as `Sun, 06 Nov 1994 08:49:37 GMT`, which is also what Date writes. */
function toPreferredForm(text: string): string {
  return text
    .replace(rfc850, (_, weekday: string, day: string, month: string, year: string, clock: string) =>
      [`${weekday.slice(0, 3)},`, day, month, expandYear(Number(year)), clock, 'GMT'].join(' '),
    )
    .replace(asctime, (_, weekday: string, month: string, day: string, clock: string, year: string) =>
      [`${weekday},`, day.replace(' ', '0'), month, year, clock, 'GMT'].join(' '),
    );
}

/** Two digits that would lie more than 50 years ahead are those of the last century that had them. */
function expandYear(digits: number): number {
  const thisYear = new Date().getUTCFullYear();
  const year = thisYear - (thisYear % 100) + 100 + digits;
  return year - 100 * Math.ceil(Math.max(0, year - thisYear - 50) / 100);
}

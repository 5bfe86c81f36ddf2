import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseHttpDate } from '../parse-http-date.ts';

const test = suite('parse HTTP date');

test('the three forms of RFC 9110 are the same moment', () => {
  for (const date of [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ]) {
    assert.is(parseHttpDate(date), Date.UTC(1994, 10, 6, 8, 49, 37), date);
  }
});

test('two digits of a year lie at most 50 years ahead', () => {
  const thisYear = new Date().getUTCFullYear();
  for (const year of [thisYear - 49, thisYear, thisYear + 50]) {
    const date = new Date(Date.UTC(year, 0, 1));
    const weekday = date.toLocaleString('en', { weekday: 'long', timeZone: 'UTC' });
    const digits = String(year).slice(2);
    assert.is(parseHttpDate(`${weekday}, 01-Jan-${digits} 00:00:00 GMT`), date.getTime(), digits);
  }
});

test('dates that no calendar has, other forms and other zones are none', () => {
  for (const text of [
    '',
    '0',
    'Invalid Date',
    'Mon, 06 Nov 1994 08:49:37 GMT',
    'Wed, 31 Feb 2024 00:00:00 GMT',
    'Sun, 06 Nov 1994 24:49:37 GMT',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'sun, 06 nov 1994 08:49:37 gmt',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'Sun, 06 Nov 1994 08:49:37',
    'Sunday, 06-Nov-1994 08:49:37 GMT',
    'Sun Nov 6 08:49:37 1994',
    '1994-11-06T08:49:37Z',
  ]) {
    assert.is(parseHttpDate(text), null, text);
  }
});

test.run();

import { compareWithBareSockets } from './compare-with-bare-sockets.ts';
import { compareWithStock } from './compare-with-stock.ts';
import { compareWithWrk } from './compare-with-wrk.ts';
import { measureDrift } from './measure-drift.ts';
import { measureInstruments } from './measure-instruments.ts';
import { measureProxy } from './measure-proxy.ts';
import { measureViewers } from './measure-viewers.ts';
import { roundsValidation } from './rounds/rounds-validation.ts';
import { speedValidations } from './speed/speed-validations.ts';
import { statisticsValidation } from './statistics/statistics-validation.ts';
import type { Validation } from './validation.ts';

export const validations: readonly Validation[] = [
  {
    name: 'wrk',
    claim: 'p50, p95 and p99 are those that wrk measures, within 5 %, and the counts are exact',
    seconds: 100,
    run: compareWithWrk,
  },
  {
    name: 'bare',
    claim:
      'ledger and length checks cost at most 1.4 times the CPU time of bare sockets; clients are served evenly',
    seconds: 110,
    run: compareWithBareSockets,
  },
  {
    name: 'stock',
    claim: 'burst-100 beside autocannon 9 as it is shipped, its death included',
    seconds: 300,
    run: compareWithStock,
  },
  {
    name: 'drift',
    claim: 'requests start when they are due, for a minute, and all five executors make as many as they say',
    seconds: 75,
    run: measureDrift,
  },
  {
    name: 'instruments',
    claim: 'tracing, telemetry, metrics and log together cost the service less than 3 % of its CPU time',
    seconds: 200,
    run: measureInstruments,
  },
  {
    name: 'viewers',
    claim:
      '200 viewers of a live run cost the service less than 5 % of its CPU time, and its store one read a second',
    seconds: 480,
    run: measureViewers,
  },
  ...speedValidations,
  statisticsValidation,
  roundsValidation,
  {
    name: 'proxy',
    claim: 'what the shaping proxy costs by itself, shaping off; it counts the bytes that clients get',
    seconds: 90,
    run: measureProxy,
  },
];

import { z } from 'zod';

const wholeNumber = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce
    .number('must be a whole number')
    .int('must be a whole number')
    .min(min, `must be ${min} or more`)
    .max(max, `must be ${max} or less`);

/** The simulator's settings, from the environment. */
export const simulatorSettings = z.object({
  SIMULATOR_HOST: z.string().default('127.0.0.1').describe('Address the simulator listens on.'),
  SIMULATOR_PORT: wholeNumber(0, 65_535).default(4100).describe('Its port; 0: the system chooses.'),
  SIMULATOR_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be one word of printable characters')
    .default('demo-token')
    .describe('Access token of the account it starts with.'),
  SIMULATOR_ACCOUNT: z
    .enum(['R', 'L', 'bare', 'empty'], 'must be R, L, bare or empty')
    .default('R')
    .describe('That account: R (a real one’s structure), L (generated), bare (one network) or empty.'),
  SIMULATOR_SCALE: z.coerce
    .number('must be a number')
    .min(0.01, 'must be 0.01 or more')
    .max(2400, 'must be 2400 or less')
    .default(1)
    .describe('Multiplies the rows of L.'),
  SIMULATOR_SEED: wholeNumber(0, 0xffffffff).default(1).describe('Seed of L, of random faults and of jitter.'),
  SIMULATOR_LATENCY_MS: z.coerce
    .number('must be a number')
    .min(0, 'must be 0 or more')
    .default(20)
    .describe('Milliseconds that each request takes.'),
  SIMULATOR_RATE: wholeNumber(0).default(0).describe('Requests admitted in any second; 0: no limit.'),
  SIMULATOR_DATA_DIR: z
    .string()
    .optional()
    .describe('Folder in which accounts are kept between starts; unset: in memory only.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least level that is logged; debug has each request.'),
});

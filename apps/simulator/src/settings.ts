import { z } from 'zod';

/** The simulator's settings, from the environment. */
export const simulatorSettings = z.object({
  SIMULATOR_HOST: z.string().default('127.0.0.1'),
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(4100),
  SIMULATOR_TOKEN: z.string().default('demo-token'),
  SIMULATOR_ACCOUNT: z.enum(['R', 'L', 'bare', 'empty']).default('R'),
  SIMULATOR_SCALE: z.coerce.number().positive().default(1),
  SIMULATOR_SEED: z.coerce.number().int().min(0).default(1),
  SIMULATOR_LATENCY_MS: z.coerce.number().min(0).default(20),
  SIMULATOR_RATE: z.coerce.number().int().min(0).default(0),
  SIMULATOR_DATA_DIR: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

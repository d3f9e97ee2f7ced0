import { z } from 'zod';
import { accountSettings } from '../account-settings.ts';
import { kindNames } from '../rows.ts';

/** L times this is about as much as one process holds: a million zones and as many campaigns. */
const MAX_SCALE = 2400;
const MAX_ROWS = 3_000_000;

/** What an account starts with, and how it behaves at first. */
export const accountDefinition = z.strictObject({
  /** R: a real account's structure. L: generated from the seed. bare: one network. empty: nothing. */
  account: z.enum(['R', 'L', 'bare', 'empty']),
  /** Multiplies the rows of L. */
  scale: z.number().min(0.01).max(MAX_SCALE).default(1),
  /** Of L, of random faults and of jitter. */
  seed: z.int().min(0).max(0xffffffff).default(1),
  /** Rows of L of a kind, instead of its scaled number. */
  counts: z.partialRecord(z.enum(kindNames), z.int().min(0).max(MAX_ROWS)).default({}),
  settings: accountSettings.prefault({}),
});

export type AccountDefinition = z.output<typeof accountDefinition>;

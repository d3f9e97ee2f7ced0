import { z } from 'zod';

/** Free text: never blank when given. */
export const text = z.string().refine((value) => value.trim() !== '', { error: 'must not be blank' });

/** A link that a browser may follow. */
export const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

/** `YYYY-MM-DD` or `YYYY-MM-DD HH:mm:ss`, UTC (the API's documentation of campaign dates). */
export const campaignDate = z
  .string()
  .regex(/^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])( ([01]\d|2[0-3]):[0-5]\d:[0-5]\d)?$/, {
    error: 'must be YYYY-MM-DD or YYYY-MM-DD HH:mm:ss',
  });

export const remoteId = z.int().positive();
const flag = z.boolean().nullish();
const words = z.string().nullish();
const image = z.looseObject({ url: words }).nullish();

/** Forms of fields as reads give them: anything may be null. */
export const read = { flag, words, image, count: z.number().nullish() };

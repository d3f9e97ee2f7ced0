import { z } from 'zod';

const defaultLimit = 50;
const maxLimit = 500;
const limitRange = `must be a whole number from 1 to ${maxLimit}`;

/** Where a page begins and how long it is. */
export interface Page {
  readonly limit: number;
  readonly skip: number;
}

/** A whole number in a query, where everything is text; documented as the number that it stands for. */
export function queryInteger(min: number, max: number, error: string): z.ZodString {
  return z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, { error })
    .meta({ override: { type: 'integer', minimum: min, maximum: max } });
}

/** The cursor of the page before which `skip` entries lie. */
export function cursorAt(skip: number): string {
  return btoa(`after ${skip}`).replaceAll('=', '');
}

function decodeCursor(cursor: string): number | null {
  try {
    const skip = /^after (\d{1,8})$/.exec(atob(cursor))?.[1];
    return skip === undefined ? null : Number(skip);
  } catch {
    return null;
  }
}

/** The parameters that every list takes. */
export const pageParameters = {
  limit: queryInteger(1, maxLimit, limitRange)
    .optional()
    .meta({ description: `Entries on a page, at most ${maxLimit}; ${defaultLimit} when not given.` }),
  cursor: z
    .string()
    .refine((text) => decodeCursor(text) !== null, { error: 'must be the `next` of an earlier page' })
    .optional()
    .meta({ description: 'The `next` of the page before.' }),
};

/** The parameter by which what shows all of the account is limited to one network. */
export const rootParameter = z
  .string()
  .regex(/^\d{1,15}$/, 'must be the id of a network')
  .optional()
  .meta({ description: 'Id of the network that it is limited to.' });

/** @param given what {@link pageParameters} let through */
export function toPage(given: { limit?: string | undefined; cursor?: string | undefined }): Page {
  return {
    limit: given.limit === undefined ? defaultLimit : Number(given.limit),
    skip: given.cursor === undefined ? 0 : (decodeCursor(given.cursor) ?? 0),
  };
}

/** The `next` of a page: null when nothing is left. */
export function nextCursor({ limit, skip }: Page, total: number): string | null {
  return skip + limit < total ? cursorAt(skip + limit) : null;
}

/** The body of a list. */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({
    items: z.array(item),
    total: z.int().meta({ description: 'Entries that fit, on all pages together.' }),
    next: z.string().nullable().meta({ description: 'The `cursor` of the next page; null on the last.' }),
  });
}

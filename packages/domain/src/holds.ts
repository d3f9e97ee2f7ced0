import type { KindName } from './kind.ts';

/** Why what a list shows is not believed until a person confirms it. */
export const holdCodes = [
  'scope_shrinks',
  'scope_empty',
  'count_differs',
  'kind_shrinks',
  'below_shrinks',
  'removal_unconfirmed',
  'held_with',
] as const;
export type HoldCode = (typeof holdCodes)[number];

/** One reason, with the numbers that it is about. */
export interface HoldReason {
  readonly code: HoldCode;
  /** The kind that would lose. */
  readonly kind: KindName;
  /** Entities that there were, or are by another count. */
  readonly before: number;
  /** Those of them that would be gone. */
  readonly lost: number;
}

/** Losses of this many entities are believed, however few there were. */
const fewLosses = 10;
/** So are those of one in so many. */
const onePart = 5;

/** Says whether a loss is more than one in five. */
export function isLargeShare(lost: number, before: number): boolean {
  return lost * onePart > before;
}

/** Says whether a loss is too large to be believed: more than ten entities, and more than one in five. */
export function isTooMuch(lost: number, before: number): boolean {
  return lost > fewLosses && isLargeShare(lost, before);
}

const texts: Readonly<Record<HoldCode, (reason: HoldReason) => string>> = {
  scope_shrinks: ({ kind, before, lost }) => `The list has lost ${lost} of ${before} ${kind}.`,
  scope_empty: ({ kind, before }) => `The list is empty, twice in a row, and had ${before} ${kind}.`,
  count_differs: ({ kind, before, lost }) =>
    `The list has ${before - lost} ${kind}, twice in a row, and by the API's own count there are ${before}.`,
  kind_shrinks: ({ kind, before, lost }) => `Over all lists ${lost} of ${before} ${kind} would be removed.`,
  below_shrinks: ({ kind, before, lost }) =>
    `With what the lists have lost ${lost} of ${before} ${kind} would be removed.`,
  removal_unconfirmed: ({ kind, lost }) => `${lost} of the ${kind} would be removed, which always needs a person.`,
  held_with: ({ kind }) => `It hangs on ${kind} that are held themselves, and is published with them.`,
};

/** A reason in words. */
export function describeHold(reason: HoldReason): string {
  return texts[reason.code](reason);
}

import { normaliseName, numberedName } from '@broadstreet-sync/domain';

export interface NameWish {
  /** `_id` of the local entity. */
  readonly owner: string;
  readonly name: string;
}

export interface ChosenName {
  readonly owner: string;
  readonly name: string;
  readonly normal: string;
}

/**
 * Gives each entity a name that nothing else under the parent has: its own, or `name (1)`, `name (2)`, … in the order
 * given, so that the same input always gives the same names. Pure.
 *
 * @param isTaken whether a normalised name is anybody else's
 */
export function chooseNames(
  wishes: readonly NameWish[],
  isTaken: (normal: string, owner: string) => boolean,
): ChosenName[] {
  const given = new Set<string>();
  return wishes.map(({ owner, name }) => {
    for (let ordinal = 0; ; ordinal += 1) {
      const candidate = numberedName(name, ordinal);
      const normal = normaliseName(candidate);
      if (given.has(normal) || isTaken(normal, owner)) continue;
      given.add(normal);
      return { owner, name: candidate, normal };
    }
  });
}

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

/** How far the numbers of one name have been given away: thousands of twins must not try all of them each. */
interface Ordinals {
  next: number;
  /** Below `next` and not given: somebody's, who may come yet. */
  passedOver: number[];
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
  const known = new Map<string, Ordinals>();

  function choose({ owner, name }: NameWish): ChosenName {
    const ordinals = known.get(name) ?? { next: 0, passedOver: [] };
    known.set(name, ordinals);
    const candidate = (ordinal: number): ChosenName => {
      const numbered = numberedName(name, ordinal);
      return { owner, name: numbered, normal: normaliseName(numbered) };
    };
    const isFree = ({ normal }: ChosenName): boolean => !given.has(normal) && !isTaken(normal, owner);
    const again = ordinals.passedOver.find((ordinal) => isFree(candidate(ordinal)));
    if (again !== undefined) {
      ordinals.passedOver = ordinals.passedOver.filter((ordinal) => ordinal !== again);
      return candidate(again);
    }
    for (;;) {
      const choice = candidate(ordinals.next);
      ordinals.next += 1;
      if (isFree(choice)) return choice;
      if (!given.has(choice.normal)) ordinals.passedOver.push(ordinals.next - 1);
    }
  }

  return wishes.map((wish) => {
    const choice = choose(wish);
    given.add(choice.normal);
    return choice;
  });
}

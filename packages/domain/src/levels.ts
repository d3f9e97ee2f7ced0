import type { EntityKind, KindName } from './kind.ts';

/**
 * Sorts kinds into levels: a kind stands one level above the highest of those it needs or waits for.
 *
 * @param kinds all kinds, in any order
 * @returns levels from the first to the last, kinds in the order given
 * @throws Error naming the kinds of a cycle, or one that is needed and not given
 */
export function levelsOf(kinds: readonly EntityKind[]): EntityKind[][] {
  const placed = new Set<KindName>();
  const levels: EntityKind[][] = [];
  let left = [...kinds];
  while (left.length > 0) {
    const level = left.filter((kind) => needsOf(kind).every((name) => placed.has(name)));
    if (level.length === 0) {
      throw new Error(`these kinds wait for each other or for one that is not declared: ${namesOf(left).join(', ')}`);
    }
    levels.push(level);
    for (const kind of level) placed.add(kind.name);
    left = left.filter((kind) => !placed.has(kind.name));
  }
  return levels;
}

/** The kinds that must be done before this one can begin. */
export function needsOf(kind: EntityKind): KindName[] {
  return [...kind.parents, ...(kind.after ?? [])];
}

function namesOf(kinds: readonly EntityKind[]): string[] {
  return kinds.map((kind) => kind.name);
}

import type { HoldView } from '@broadstreet-sync/contract';
import { type KindName, kindNames, kinds } from '@broadstreet-sync/domain';

/** A choice of lists with those that each of them needs. Pure. */
export function withNeeds(holds: readonly HoldView[], chosen: ReadonlySet<string>): Set<string> {
  const byScope = new Map(holds.map((hold) => [hold.scope, hold]));
  const all = new Set<string>();
  const left = [...chosen];
  for (let scope = left.pop(); scope !== undefined; scope = left.pop()) {
    const hold = byScope.get(scope);
    if (hold === undefined || all.has(scope)) continue;
    all.add(scope);
    left.push(...hold.needs);
  }
  return all;
}

/** What the confirmation of lists removes here, in words: `12 zones, 3 placements`; null where it removes nothing. Pure. */
export function describeLosses(holds: readonly Pick<HoldView, 'losses'>[]): string | null {
  const parts = kindNames.flatMap((kind) => {
    const lost = holds.reduce((sum, { losses }) => sum + (losses[kind] ?? 0), 0);
    return lost === 0 ? [] : [`${lost.toLocaleString()} ${wordFor(kind, lost)}`];
  });
  return parts.length === 0 ? null : parts.join(', ');
}

function wordFor(kind: KindName, count: number): string {
  return count === 1 ? kinds[kind].singular : kind;
}

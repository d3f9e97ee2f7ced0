import { type EntityKind, type HoldReason, isLargeShare, isTooMuch, type KindName } from '@broadstreet-sync/domain';

/** Entities that would be removed, by kind. */
export type Losses = ReadonlyMap<KindName, number>;

/** What one list of a kind came to, before anything of it is published. */
export interface ListFinding {
  /** Key of the list's scope. */
  readonly scope: string;
  /** Id of the root entity under which it lies; null for the account's own list. */
  readonly root: string | null;
  /** Rows that production has of it. */
  readonly before: number;
  /** What would be removed because of it: its own rows, and what hangs on them. */
  readonly losses: Losses;
  /** What was odd about it when it was read. */
  readonly doubts: readonly HoldReason[];
  /** The API did not know its parent any more: the parent goes, and the list's own size says nothing. */
  readonly isLost: boolean;
  /** Kinds of held lists that it hangs on. */
  readonly needs: readonly KindName[];
  /** Keys of scopes of the same kind in which rows stand now that this one has lost. */
  readonly movesTo: readonly string[];
}

/** Entities of one kind under one root. */
export interface Stock {
  /** In production. */
  readonly rows: number;
  /** Those of them that go with what lists of lower levels have lost. */
  readonly gone: number;
}

/**
 * Says which lists of a kind are not believed, and why (design, section 5). A loss is too much past ten entities and one in
 * five: of a list; of a kind over all the lists that were read under one root; and of any kind under one root, with all that
 * goes because a parent goes. Where a kind loses too much over the whole account, lists lose the allowance of ten. Pure.
 *
 * @param findings every list of the kind that was read whole, those included that have lost nothing
 * @returns reasons by scope; what is published has none
 */
export function judge(
  kind: Pick<EntityKind, 'name' | 'confirmRemoval'>,
  findings: readonly ListFinding[],
  stockOf: (kind: KindName, root: string) => Stock,
): Map<string, HoldReason[]> {
  const held = new Map<string, HoldReason[]>();
  const hold = (found: readonly ListFinding[], reason: (finding: ListFinding) => HoldReason): void => {
    for (const finding of found) {
      const before = held.get(finding.scope) ?? [];
      const added = reason(finding);
      const isKnown = before.some((each) => each.kind === added.kind && covers(each, added));
      if (!isKnown) held.set(finding.scope, [...before, added]);
    }
  };
  const own = ({ losses }: ListFinding): number => losses.get(kind.name) ?? 0;
  const shrinking = findings.filter((finding) => own(finding) > 0 && !finding.isLost);

  for (const finding of findings) for (const doubt of finding.doubts) hold([finding], () => doubt);
  if (kind.confirmRemoval === true) {
    hold(shrinking, (finding) => reasonOf('removal_unconfirmed', kind.name, finding.before, own(finding)));
  } else {
    const tooMuch = shrinking.filter((finding) => isTooMuch(own(finding), finding.before));
    hold(tooMuch, (finding) => reasonOf('scope_shrinks', kind.name, finding.before, own(finding)));
    for (const { held: found, before, lost } of overAllLists(findings, own)) {
      hold(found, () => reasonOf('kind_shrinks', kind.name, before, lost));
    }
    for (const { kind: name, held: found, before, lost } of overAllKinds(findings, stockOf)) {
      hold(found, () => reasonOf(name === kind.name ? 'kind_shrinks' : 'below_shrinks', name, before, lost));
    }
  }
  for (const finding of findings) {
    for (const name of finding.needs) hold([finding], () => reasonOf('held_with', name, 0, 0));
  }
  holdMoves(kind.name, findings, held, hold);
  return held;
}

/** A list that is held for what it has lost itself needs no wider reason. */
function covers({ code }: HoldReason, wider: HoldReason): boolean {
  return code === wider.code || (code === 'scope_shrinks' && wider.code === 'kind_shrinks');
}

function reasonOf(code: HoldReason['code'], kind: KindName, before: number, lost: number): HoldReason {
  return { code, kind, before, lost };
}

interface Excess {
  readonly held: readonly ListFinding[];
  readonly before: number;
  readonly lost: number;
}

/** Of the kind itself: what its lists have lost, of what they had. */
function overAllLists(findings: readonly ListFinding[], own: (finding: ListFinding) => number): Excess[] {
  const read = findings.filter(({ isLost }) => !isLost);
  const sum = (found: readonly ListFinding[]) => ({
    before: found.reduce((total, { before }) => total + before, 0),
    lost: found.reduce((total, finding) => total + own(finding), 0),
  });
  const all = { ...sum(read), held: read.filter((finding) => isLargeShare(own(finding), finding.before)) };
  const roots = [...byRoot(read).values()];
  const ofRoots = roots.map((found) => ({ ...sum(found), held: found.filter((finding) => own(finding) > 0) }));
  return [...(roots.length > 1 ? [all] : []), ...ofRoots].filter(({ before, lost }) => isTooMuch(lost, before));
}

/** Of every kind that loses, under each root: what goes, of all that production has. */
function overAllKinds(
  findings: readonly ListFinding[],
  stockOf: (kind: KindName, root: string) => Stock,
): (Excess & { readonly kind: KindName })[] {
  const found: (Excess & { readonly kind: KindName })[] = [];
  for (const [root, within] of byRoot(findings)) {
    if (root === null) continue;
    const sums = new Map<KindName, number>();
    for (const { losses } of within) {
      for (const [name, lost] of losses) sums.set(name, (sums.get(name) ?? 0) + lost);
    }
    for (const [name, sum] of sums) {
      const { rows, gone } = stockOf(name, root);
      const lost = sum + gone;
      const held = within.filter(({ losses }) => (losses.get(name) ?? 0) > 0);
      if (isTooMuch(lost, rows)) found.push({ kind: name, held, before: rows, lost });
    }
  }
  return found;
}

/** Rows that stand in a held list now would be in none if the list that they have left were published without it. */
function holdMoves(
  kind: KindName,
  findings: readonly ListFinding[],
  held: ReadonlyMap<string, HoldReason[]>,
  hold: (found: readonly ListFinding[], reason: () => HoldReason) => void,
): void {
  for (;;) {
    const moved = findings.filter(
      ({ scope, movesTo }) => !held.has(scope) && movesTo.some((target) => held.has(target)),
    );
    if (moved.length === 0) return;
    hold(moved, () => reasonOf('held_with', kind, 0, 0));
  }
}

function byRoot(findings: readonly ListFinding[]): Map<string | null, ListFinding[]> {
  const groups = new Map<string | null, ListFinding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.root);
    if (group === undefined) groups.set(finding.root, [finding]);
    else group.push(finding);
  }
  return groups;
}

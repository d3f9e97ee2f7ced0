import type { LocalEntity } from '@broadstreet-sync/contract';
import { type KindName, kindNames, kinds, parentField } from '@broadstreet-sync/domain';
import { type Reference, referenceText } from '../queries/entities.ts';
import { referenceIn } from './entity.ts';

/** A local entity, or what some hang on that exists remotely, with what hangs on it. */
export interface TreeNode {
  readonly reference: Reference;
  /** Null for what exists remotely. */
  readonly entity: LocalEntity | null;
  readonly children: TreeNode[];
}

export type LocalsByKind = ReadonlyMap<KindName, readonly LocalEntity[]>;

/** Arranges local entities by what they hang on in their lineage; what hangs on nothing yet stands on its own. Pure. */
export function treeOf(locals: LocalsByKind): TreeNode[] {
  const nodes = new Map<string, TreeNode>();
  const tops: TreeNode[] = [];

  function add(reference: Reference, entity: LocalEntity | null): TreeNode {
    const node: TreeNode = { reference, entity, children: [] };
    nodes.set(referenceText(reference), node);
    return node;
  }

  for (const kind of kindNames) {
    for (const entity of locals.get(kind) ?? []) add({ kind, id: entity._id }, entity);
  }
  for (const kind of kindNames) {
    const { lineage } = kinds[kind];
    for (const entity of locals.get(kind) ?? []) {
      const node = nodes.get(referenceText({ kind, id: entity._id }));
      if (node === undefined) continue;
      const parent = lineage === undefined ? null : referenceIn(kinds[kind], entity, parentField(lineage));
      if (parent === null) {
        tops.push(node);
        continue;
      }
      const known = nodes.get(referenceText(parent));
      const above = known ?? add(parent, null);
      if (known === undefined) tops.push(above);
      above.children.push(node);
    }
  }
  return tops;
}

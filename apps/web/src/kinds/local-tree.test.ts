import type { LocalEntity } from '@broadstreet-sync/contract';
import { expect, it } from 'vitest';
import { type TreeNode, treeOf } from './local-tree.ts';

function local(digit: string, fields: Record<string, unknown>): LocalEntity {
  const at = '2026-11-01T10:00:00.000Z';
  return {
    ...fields,
    _id: digit.repeat(24),
    created_locally: true,
    synced_with_api: false,
    sync_errors: [],
    last_sync_attempt: null,
    created_at: at,
    updated_at: at,
    problems: [],
  };
}

function shape(nodes: readonly TreeNode[]): unknown {
  return nodes.map(({ reference: { kind, id }, entity, children }) => {
    return [
      `${entity === null ? 'remote ' : ''}${kind} ${String(id).slice(0, 2)}`,
      ...(children.length === 0 ? [] : [shape(children)]),
    ];
  });
}

it('local entities stand below what they hang on, remote or local, and alone where that is not given', () => {
  const tree = treeOf(
    new Map([
      ['advertisers', [local('a', { name: 'Acme', network_id: 12 })]],
      ['zones', [local('b', { name: 'Top', network_id: 12 })]],
      ['campaigns', [local('c', { advertiser_id: 'a'.repeat(24) }), local('d', { name: 'Alone' })]],
      ['placements', [local('e', { campaign_id: 'c'.repeat(24), zone_id: 'b'.repeat(24) })]],
    ]),
  );

  expect(shape(tree)).toEqual([
    ['remote networks 12', [['advertisers aa', [['campaigns cc', [['placements ee']]]]], ['zones bb']]],
    ['campaigns dd'],
  ]);
});

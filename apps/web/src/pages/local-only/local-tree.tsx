import { kindNames, kinds } from '@broadstreet-sync/domain';
import { useNetwork } from '../../frame/network.ts';
import { isLocal, nameOf, referencesOf } from '../../kinds/entity.ts';
import { EntityLink } from '../../kinds/entity-link.tsx';
import { EntityMarks } from '../../kinds/entity-marks.tsx';
import { type TreeNode, treeOf } from '../../kinds/local-tree.ts';
import { networkFilter } from '../../kinds/network-filter.ts';
import { OriginBadge } from '../../kinds/origin-badge.tsx';
import { referenceText, useEntityPages, useNames } from '../../queries/entities.ts';
import { Card, CardHead } from '../../ui/card.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';

const mostOfKind = 500;

type Names = ReadonlyMap<string, string | null>;

/** Local entities below what they hang on. */
export function LocalTree() {
  const { network } = useNetwork();
  const { pages, isPending, error } = useEntityPages(
    kindNames.map((kind) => ({
      kind,
      query: { scope: 'local' as const, limit: mostOfKind, filters: networkFilter(kinds[kind], network) },
    })),
  );
  const locals = new Map(kindNames.map((kind) => [kind, (pages.get(kind)?.items ?? []).filter(isLocal)] as const));
  const references = kindNames.flatMap((kind) =>
    (locals.get(kind) ?? []).flatMap((entity) => referencesOf(kinds[kind], entity)),
  );
  const names = useNames(references);
  const left = kindNames.reduce((sum, kind) => sum + Math.max(0, (pages.get(kind)?.total ?? 0) - mostOfKind), 0);
  if (error !== null) return <Failure error={error} />;
  if (isPending) return <Waiting />;
  return (
    <Card>
      <CardHead title="By what they hang on" />
      <ul className="p-3">
        {treeOf(locals).map((node) => (
          <Branch key={referenceText(node.reference)} node={node} names={names} />
        ))}
      </ul>
      {left > 0 ? <p className="border-t px-4 py-2 text-soft">{left.toLocaleString()} more are in the lists.</p> : null}
    </Card>
  );
}

function Branch({ node, names }: { readonly node: TreeNode; readonly names: Names }) {
  const { reference, entity, children } = node;
  const kind = kinds[reference.kind];
  // An entity has its own name, which is known with it.
  const known = entity === null ? names : new Map([...names, [referenceText(reference), nameOf(kind, entity, names)]]);
  return (
    <li className="border-l border-transparent py-1">
      <span className="flex flex-wrap items-center gap-2">
        <span className="text-[13px] text-soft">{kind.singular}</span>
        <span className="max-w-[min(36rem,100%)] min-w-0 font-medium">
          <EntityLink reference={reference} names={known} />
        </span>
        {entity === null ? (
          <span className="text-[13px] text-soft">in Broadstreet</span>
        ) : (
          <>
            <OriginBadge origin="local" />
            <EntityMarks kind={kind} entity={entity} />
          </>
        )}
      </span>
      {children.length === 0 ? null : (
        <ul className="mt-1 ml-2 border-l pl-4">
          {children.map((child) => (
            <Branch key={referenceText(child.reference)} node={child} names={names} />
          ))}
        </ul>
      )}
    </li>
  );
}

import type { RunView } from '@broadstreet-sync/contract';
import { type KindName, kindNames } from '@broadstreet-sync/domain';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { KindSelect } from '../../kinds/kind-select.tsx';

interface RunListPlace {
  readonly kind: KindName | undefined;
  /** From 1. */
  readonly page: number;
  readonly toPage: (page: number | undefined) => void;
  readonly toKind: (kind: KindName | undefined) => void;
}

/** Which part of a run's lists is looked at; it stands in the address. */
export function useRunListPlace(): RunListPlace {
  const { kind, page = 1 } = useSearch({ from: '/runs/$id' });
  const navigate = useNavigate({ from: '/runs/$id' });
  return {
    kind,
    page,
    toPage: (next) => void navigate({ search: (before) => ({ ...before, page: next }) }),
    toKind: (next) => void navigate({ search: (before) => ({ ...before, kind: next, page: undefined }) }),
  };
}

/** Narrows a list of a run to one of its kinds; nothing where it has but one. */
export function RunKindFilter({ run, place }: { readonly run: RunView; readonly place: RunListPlace }) {
  const among = kindNames.filter((name) => run.kinds[name] !== undefined);
  if (among.length < 2) return null;
  return (
    <div className="border-b px-4 py-2.5">
      <KindSelect value={place.kind} among={among} onChange={place.toKind} />
    </div>
  );
}

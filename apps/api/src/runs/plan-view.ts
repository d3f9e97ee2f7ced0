import { api, type PlanItemView, pathOf } from '@broadstreet-sync/contract';
import { type KindName, kinds, type NameHolder, parentField } from '@broadstreet-sync/domain';
import type { PlanItemDocument } from '@broadstreet-sync/store';
import { remoteId } from './task-views.ts';

export function planItemView(item: PlanItemDocument): PlanItemView {
  const { kind, action, state, subject, title, name, sent_name, request, awaits, unknown_parents, error } = item;
  return {
    kind,
    action,
    state,
    subject,
    title,
    name,
    sent_name,
    reason: reasonOf(item),
    method: request?.method ?? null,
    path: request?.path ?? null,
    query: request === null ? null : { ...request.query },
    body: request?.body ?? null,
    parents: parentsOf(item),
    awaits: awaits.map((parent) => ({ ...parent })),
    unknown_parents,
    renamed: item.renamed === null ? null : holderView(kind, item.renamed),
    link: linkView(item),
    error,
    blocked_by: item.blocked_by === null ? null : `${kinds[item.blocked_by.kind].singular} ${item.blocked_by.id}`,
  };
}

/** As the draft gives them; of what has none, those of the request. */
function parentsOf({ kind, draft, parents }: PlanItemDocument): PlanItemView['parents'] {
  const given = kinds[kind].parents.flatMap((name) => {
    const field = parentField(name);
    const id = draft?.[field] ?? parents[field];
    return typeof id === 'number' || typeof id === 'string' ? [[field, id] as const] : [];
  });
  return Object.fromEntries(given);
}

function holderView(kind: KindName, holder: NameHolder): PlanItemView['renamed'] {
  if ('local_id' in holder) return { by: holder.by, remote_ids: [], local_id: holder.local_id };
  return { by: holder.by, remote_ids: holder.remote_ids.map((key) => remoteId(kind, key)), local_id: null };
}

function linkView({ kind, subject, target, proposals }: PlanItemDocument): PlanItemView['link'] {
  if (target === null && proposals.length === 0) return null;
  const route = api.listCandidates.find((candidate) => candidate.kind === kind);
  return {
    to: target === null ? null : remoteId(kind, target),
    proposals: proposals.map(({ remote_id, is_exact, differs }) => {
      return { remote_id: remoteId(kind, remote_id), is_exact, differs: [...differs] };
    }),
    candidates: pathOf(route ?? { path: '' }, { _id: subject }),
  };
}

/** In words: why the name is another, why nothing is sent, and what could be done instead. */
function reasonOf({ kind, state, renamed, sent_name, name, proposals, error }: PlanItemDocument): string | null {
  if (error !== null) return error.message;
  if (state === 'open') return 'An earlier export sent it, and what became of it is looked up first.';
  if (renamed === null) return null;
  const { singular } = kinds[kind];
  const [first] = proposals;
  const wished = JSON.stringify(name);
  if ('local_id' in renamed) {
    return renamed.by === 'local'
      ? `${wished} goes to another local ${singular}, ${renamed.local_id}.`
      : `${wished} is kept for the ${singular} ${renamed.local_id} of another run.`;
  }
  if (renamed.by === 'edit')
    return `${wished} goes to the ${singular} ${renamed.remote_ids.join(', ')}, which is renamed.`;
  const taken = `${wished} is taken in Broadstreet by ${singular} ${renamed.remote_ids.join(', ')}`;
  if (first === undefined) return `${taken}.`;
  return `${taken}: link to ${first.remote_id}, or create it as ${JSON.stringify(sent_name)}.`;
}

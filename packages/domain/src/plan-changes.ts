import { changedFields, type EntityFields } from './entity.ts';
import type { ErrorRecord } from './errors.ts';
import type { KindName } from './kind.ts';
import type { PlanAction, PlanChange, PlanState } from './plan.ts';

/** What a plan says about an entity, as far as it decides what is sent. */
export interface PlanDecision {
  readonly kind: KindName;
  readonly subject: string;
  readonly name: string | null;
  readonly action: PlanAction;
  readonly state: PlanState;
  readonly sent_name: string | null;
  readonly target: string | null;
  readonly draft: EntityFields | null;
  readonly error: ErrorRecord | null;
}

/** An entity of production that is to be written: what of a {@link PlanDecision} can be said without a plan. */
export type WriteDecision = Pick<PlanDecision, 'kind' | 'subject' | 'name' | 'draft'> & {
  readonly action: 'update' | 'remove';
};

/** What is other than planned about one entity; null where nothing is. Pure. */
export function deviationOf(planned: PlanDecision, now: PlanDecision): PlanChange | null {
  const { kind, subject } = planned;
  const of = (change: PlanChange['change'], detail: string): PlanChange => {
    return { kind, subject, name: now.name, change, detail };
  };
  const otherwise = (): PlanChange => of('otherwise', `was to be ${said(planned)}, and would be ${said(now)} now`);
  // Of what is to be removed nothing else is compared.
  if (planned.action !== now.action && [planned.action, now.action].includes('remove')) return otherwise();
  const edited = changedFields(planned.draft ?? {}, now.draft ?? {});
  if (edited.length > 0) return of('edited', `was edited here (${edited.join(', ')})`);
  if (planned.state !== now.state) {
    const reason = now.error?.message;
    if (reason !== undefined) return of('refused', `cannot be exported any more: ${reason}`);
    return of('possible', `was ${planned.state} and is ${now.state} now`);
  }
  if (planned.action !== now.action || planned.target !== now.target) return otherwise();
  if (planned.sent_name === now.sent_name) return null;
  return of('renamed', `was to be named ${JSON.stringify(planned.sent_name)}, which is taken or free by now`);
}

function said({ action, target }: PlanDecision): string {
  return target === null ? `${action}d` : `linked to ${target}`;
}

/** What is planned now and was not. Pure. */
export function appeared({ kind, subject, name, action }: Pick<PlanDecision, keyof WriteDecision>): PlanChange {
  const detail =
    action === 'update' ? 'was edited here' : action === 'remove' ? 'was marked to be deleted' : 'was added here';
  return { kind, subject, name, change: 'added', detail };
}

/** What was planned and is not any more. Pure. */
export function vanished({ kind, subject, name, action }: Pick<PlanDecision, keyof WriteDecision>): PlanChange {
  const gone = action === 'remove' ? 'is not to be deleted any more' : 'is not here any more';
  const detail = action === 'update' ? 'has no edit any more' : gone;
  return { kind, subject, name, change: 'deleted', detail };
}

/** What is other than planned about the entities of production that are written. Pure. */
export function writeChanges(planned: readonly PlanDecision[], now: readonly WriteDecision[]): PlanChange[] {
  const left = new Map(now.map((write) => [write.subject, write]));
  const changes = planned.map((decision) => {
    const write = left.get(decision.subject);
    left.delete(decision.subject);
    return write === undefined ? vanished(decision) : deviationOf(decision, { ...decision, ...write });
  });
  return [...changes.filter((change) => change !== null), ...[...left.values()].map(appeared)];
}

import { kindName, planActions, planStates } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { errorView } from './runs.ts';

const count = z.int().nonnegative();
const remoteId = z.union([z.int(), z.string()]);

/** What a plan comes to, what can never be undone first. */
const planSummary = z
  .object({
    permanent: z
      .array(
        z.object({
          kind: kindName,
          count,
          can_change: z.boolean(),
          can_delete: z.boolean(),
        }),
      )
      .meta({ description: 'Entities that the API can never delete or change again, the worst first.' }),
    requests: z.object({
      names: count.meta({ description: 'Lists that tell which names are taken.' }),
      look_up: count.meta({ description: 'Lists that tell what became of creates whose answers were lost.' }),
      create: count,
      update: count,
      remove: count,
      total: count,
    }),
    seconds: count
      .nullable()
      .meta({ description: 'Expected at the present rate and latency; null where the rate has no limit.' }),
    kinds: z.partialRecord(
      kindName,
      z.object({
        create: count,
        link: count.meta({ description: 'Taken for what exists, without a request.' }),
        update: count,
        remove: count,
        open: count.meta({ description: 'Sent by an earlier run; sent again only if it is not there.' }),
        renamed: count.meta({ description: 'Of those created.' }),
        failed: count,
        blocked: count,
      }),
    ),
    is_whole: z.boolean().meta({ description: 'False while the run plans, and where it was stopped before its end.' }),
  })
  .meta({ id: 'PlanSummary' });
export type PlanSummaryView = z.output<typeof planSummary>;

/** One entry of a plan. */
export const planItem = z
  .object({
    kind: kindName,
    action: z.enum(planActions),
    state: z.enum(planStates),
    subject: z.string().meta({ description: '`_id` of a local entity, key of a remote one, or parent of a list.' }),
    title: z.string(),
    name: z.string().nullable().meta({ description: 'As it was given.' }),
    sent_name: z.string().nullable().meta({ description: 'As it is sent.' }),
    reason: z.string().nullable().meta({ description: 'Why the name is another, or why nothing is sent.' }),
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).nullable().meta({ description: 'Null where nothing is sent.' }),
    path: z.string().nullable(),
    query: z.record(z.string(), remoteId).nullable().meta({
      description: 'A text in braces names a local entity whose remote id is not known before it is created.',
    }),
    body: z.record(z.string(), z.unknown()).nullable(),
    awaits: z
      .array(z.object({ field: z.string(), kind: kindName, local_id: z.string(), name: z.string().nullable() }))
      .meta({ description: 'What must be created first.' }),
    unknown_parents: z
      .array(z.string())
      .meta({ description: 'Fields that name a remote entity which no import has shown.' }),
    renamed: z
      .object({
        by: z.enum(['remote', 'edit', 'local', 'run']).meta({
          description: 'Who has the name that it wished for; `edit`: an entity in Broadstreet that is renamed to it.',
        }),
        remote_ids: z.array(remoteId),
        local_id: z.string().nullable(),
      })
      .nullable(),
    link: z
      .object({
        to: remoteId.nullable().meta({ description: 'The one that it is linked to.' }),
        proposals: z.array(z.object({ remote_id: remoteId, is_exact: z.boolean(), differs: z.array(z.string()) })),
        candidates: z.string().meta({ description: 'Address of the proposals, field by field.' }),
      })
      .nullable()
      .meta({ description: 'What exists remotely and could be it.' }),
    error: errorView.nullable(),
    blocked_by: z.string().nullable().meta({ description: 'Kind and id of what it waits for.' }),
    parents: z
      .record(z.string(), remoteId)
      .meta({ description: 'What it hangs on: remote ids, or the `_id` of a local entity, by field.' }),
  })
  .meta({ id: 'PlanItem' });
export type PlanItemView = z.output<typeof planItem>;

/** A page of a plan. */
export const planPage = z.object({
  summary: planSummary,
  items: z.array(planItem),
  total: z.int().meta({ description: 'Entries that fit, on all pages together.' }),
  next: z.string().nullable().meta({ description: 'The `cursor` of the next page; null on the last.' }),
});

import { kindName } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from '../closed-object.ts';
import { conflict } from '../conflicts.ts';
import { pageOf, pageParameters, rootParameter } from '../pages.ts';
import { defineRoute, none } from '../route.ts';

const tag = 'Conflicts';
const maxIds = 10_000;

const side = z.enum(['local', 'remote'], { error: 'must be local or remote' });
const runId = z.string().max(64).optional().meta({ description: 'Those that this run has found.' });
const value = closedObject({
  value: z.unknown().meta({ description: 'In the form that edits have; null takes it away.' }),
});
const decision = z.union([z.literal(['local', 'remote']), value], {
  error: 'must be "local", "remote" or { "value": … }',
});

/** One of both is given: a side for all fields, or what becomes of each. */
const decisions = closedObject({
  all: side.optional().meta({ description: 'The side that is kept of every field.' }),
  fields: z
    .record(z.string(), decision)
    .optional()
    .meta({ description: 'What becomes of single fields; the others stay open.' }),
}).superRefine(({ all, fields }, context) => {
  if ((all === undefined) !== (fields === undefined)) return;
  context.addIssue({ code: 'custom', path: [], message: 'must have either all or fields' });
});

const outcome = z
  .object({
    resolved: z.array(z.string()).meta({ description: 'Fields that were decided about.' }),
    conflict: conflict.nullable().meta({ description: 'What is still open of it.' }),
    entity: z.record(z.string(), z.unknown()).meta({ description: 'The entity, as its own route answers it.' }),
  })
  .meta({ id: 'ConflictOutcome' });

/** What was edited here and there in the same field, and waits for a person. */
export const conflictRoutes = {
  listConflicts: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/conflicts',
      role: 'viewer',
      summary: 'Entities that were edited here and there in the same fields, those that wait the longest first',
      tag,
      query: closedObject({ kind: kindName.optional(), run_id: runId, root: rootParameter, ...pageParameters }),
      answers: {
        200: { description: 'A page of them.', body: pageOf(conflict), csv: Object.keys(conflict.shape) },
      },
    }),
  ],
  resolveConflict: [
    defineRoute({
      ...none,
      method: 'post',
      path: '/api/conflicts/{id}',
      role: 'operator',
      summary: 'Decide which side is kept of the fields of an entity, or what they become instead',
      tag,
      params: closedObject({ id: z.string().max(128) }),
      headers: z.object({
        'if-match': z.string().optional().meta({ description: 'An `ETag` of the entity: 412 when it is outdated.' }),
      }),
      body: decisions.meta({ id: 'ConflictDecisions' }),
      answers: {
        200: { description: 'What came of it.', body: outcome, headers: { etag: 'Changes with the entity.' } },
      },
      problems: ['not_found', 'revision_outdated', 'deletion_planned'],
    }),
  ],
  resolveConflicts: [
    defineRoute({
      ...none,
      method: 'post',
      path: '/api/conflicts',
      role: 'operator',
      summary: 'Decide which side is kept of many conflicts, or of all',
      tag,
      body: closedObject({
        all: side,
        ids: z
          .array(z.string().max(128))
          .min(1, 'names nothing: leave it out to decide about all')
          .max(maxIds)
          .optional()
          .meta({ description: 'Only these; what is not open any more is passed over.' }),
        kind: kindName.optional(),
        run_id: runId,
        root: z.int().positive().optional().meta({ description: 'Id of the network that they are of.' }),
        field: z.string().max(64).optional().meta({ description: 'Only this field of each; the others stay open.' }),
      })
        .refine(({ ids, kind, run_id, root }) => ids === undefined || (kind ?? run_id ?? root) === undefined, {
          path: ['ids'],
          error: 'names them: give it without kind, run_id and root',
        })
        .meta({ id: 'ManyConflictDecisions' }),
      answers: {
        200: {
          description: 'How many entities were decided about, and how many of those meant are still in conflict.',
          body: z.object({ resolved: z.int().nonnegative(), left: z.int().nonnegative() }),
        },
      },
    }),
  ],
};

import { roles } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { time } from './time.ts';

export const role = z.enum(roles).meta({ description: 'viewer: reads; operator: changes and starts; admin: all.' });

/** The name of a key, by which runs and the audit trail say who it was. */
export const keyName = z
  .string()
  .trim()
  .min(1, 'must not be blank')
  .max(64, 'must have at most 64 characters')
  .refine((name) => !/\p{Cc}/u.test(name), { error: 'must not have control characters' });

export const keyView = z
  .object({
    id: z.string(),
    name: z.string(),
    role,
    prefix: z.string().meta({ description: 'How the key begins; the rest of it is not kept.' }),
    created_at: time,
    created_by: z.string(),
    last_used_at: time.nullable().meta({ description: 'To the minute.' }),
    revoked_at: time.nullable(),
    revoked_by: z.string().nullable(),
  })
  .meta({ id: 'Key' });
export type KeyView = z.output<typeof keyView>;

export const createdKey = keyView
  .extend({ key: z.string().meta({ description: 'The key itself: it is shown this once.' }) })
  .meta({ id: 'CreatedKey' });
export type CreatedKey = z.output<typeof createdKey>;

export const sessionView = z
  .object({
    needs_key: z.boolean().meta({ description: 'False: there is no key yet, and this machine may do everything.' }),
    name: z.string().nullable().meta({ description: 'Of the key; null where nobody has logged in, or nobody has to.' }),
    role: role.nullable().meta({ description: 'What who asks may do; null: nothing without a key.' }),
    expires_at: time.nullable().meta({ description: 'When the log-in ends; null where there is none.' }),
  })
  .meta({ id: 'Session' });
export type SessionView = z.output<typeof sessionView>;

export const auditEntry = z
  .object({
    id: z.string(),
    at: time,
    name: z.string().meta({ description: 'Of the key; `api` where none was needed.' }),
    role: role.nullable(),
    key_id: z.string().nullable(),
    address: z.string().nullable().meta({ description: 'From which the request came.' }),
    action: z.string().meta({ description: 'Id of the route, as in the OpenAPI document.' }),
    method: z.string(),
    path: z.string(),
    fields: z.array(z.string()).meta({ description: 'Names of the fields in the body; values are not kept.' }),
    status: z.int().nullable().meta({ description: 'Of the answer; null: the process ended before there was one.' }),
    code: z.string().nullable().meta({ description: 'Of a problem.' }),
    run_id: z.string().nullable().meta({ description: 'Of the run that was answered.' }),
    request_id: z.string().nullable().meta({ description: 'By which the log has it; null: the command line.' }),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntryView = z.output<typeof auditEntry>;

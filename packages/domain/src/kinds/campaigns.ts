import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { campaignDate, read, remoteId, text } from './fields.ts';

const weights = { remnant: 0, low: 0.5, default: 1, high: 1.5, sponsorship: 127 } as const;
const writable = [
  'name',
  'start_date',
  'end_date',
  'max_impression_count',
  'display_type',
  'pacing_type',
  'impression_max_type',
  'paused',
  'archived',
  'weight',
  'notes',
] as const;

export const campaigns = defineKind({
  name: 'campaigns',
  singular: 'campaign',
  parents: ['advertisers'],
  after: ['advertisements'],
  lineage: 'advertisers',
  fields: z.object({
    name: text,
    start_date: campaignDate.meta({ title: 'Start', description: 'In UTC.' }),
    end_date: campaignDate.meta({ title: 'End', description: 'In UTC; none: it runs until it is stopped.' }),
    max_impression_count: z
      .int('must be a whole number')
      .nonnegative('must not be below 0')
      .meta({ title: 'Most impressions' }),
    display_type: z
      .enum(['no_repeat', 'allow_repeat_campaign', 'allow_repeat_advertisement', 'force_repeat_campaign'])
      .meta({ title: 'Repetition on a page' }),
    pacing_type: z.enum(['asap', 'even']).meta({ title: 'Pacing' }),
    impression_max_type: z
      .enum(['cap', 'goal'])
      .meta({ title: 'Most impressions are a', description: 'cap: stops there. goal: aims at it.' }),
    paused: z.boolean(),
    archived: z.boolean(),
    weight: z.union([z.literal([0, 0.5, 1, 1.5, 127]), z.enum(['remnant', 'low', 'default', 'high', 'sponsorship'])], {
      error: 'must be remnant, low, default, high or sponsorship, or 0, 0.5, 1, 1.5 or 127',
    }),
    notes: text,
  }),
  row: z.looseObject({
    id: remoteId,
    name: z.string(),
    start_date: read.words,
    end_date: read.words,
    max_impression_count: read.count,
    display_type: read.words,
    active: read.flag,
    weight: z.union([z.string(), z.number()]).nullish(),
    path: read.words,
  }),
  list: {
    path: '/campaigns',
    scope: 'advertisers',
    query: { advertiser_id: 'advertisers' },
    envelopes: ['campaigns'],
    // Either of the two parameters, never both (openapi v1, GET /campaigns).
    views: [{ scope: 'zones', query: { zone_id: 'zones' } }],
  },
  create: {
    path: '/campaigns',
    query: { advertiser_id: 'advertisers' },
    fields: writable,
    // The contract requires none; every client sends these.
    required: ['name', 'start_date'],
    envelope: 'campaign',
    answers: 'row',
  },
  one: { path: '/campaigns/:id', envelope: 'campaign' },
  update: {
    path: '/campaigns/:id',
    fields: writable,
    clearable: ['end_date', 'max_impression_count', 'notes'],
    envelope: 'campaign',
  },
  remove: { path: '/campaigns/:id' },
  identity: ['id'],
  unique: ['name'],
  words: { weight: weights },
  longText: ['notes'],
  readAsDay: ['start_date', 'end_date'],
});

import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { remoteId } from './fields.ts';

export const placements = defineKind({
  name: 'placements',
  singular: 'placement',
  parents: ['campaigns', 'advertisements', 'zones'],
  lineage: 'campaigns',
  fields: z.object({
    restrictions: z
      .enum(['phone', 'non_phone', 'tablet', 'desktop', 'mobile'])
      .meta({ title: 'Devices', description: 'Shown only there; none: everywhere.' }),
  }),
  row: z.looseObject({
    advertisement_id: remoteId,
    zone_id: remoteId,
    restrictions: z.array(z.string()).nullish(),
  }),
  list: {
    path: '/placements',
    scope: 'campaigns',
    query: { campaign_id: 'campaigns' },
    // The contract shows one object under `placement`, clients read `placements`, real answers are a bare array.
    envelopes: ['placements', 'placement'],
    bare: true,
  },
  create: {
    path: '/placements',
    query: {},
    body: { campaign_id: 'campaigns', advertisement_id: 'advertisements', zone_id: 'zones' },
    fields: ['restrictions'],
    required: [],
    envelope: 'placement',
    // 201 with an empty body (openapi v1, POST /placements).
    answers: 'nothing',
  },
  update: null,
  remove: {
    path: '/placements',
    query: { campaign_id: 'campaigns', advertisement_id: 'advertisements', zone_id: 'zones' },
  },
  identity: ['campaign_id', 'advertisement_id', 'zone_id'],
  unique: [],
  references: ['campaigns', 'advertisements', 'zones'],
  readAsArray: ['restrictions'],
});

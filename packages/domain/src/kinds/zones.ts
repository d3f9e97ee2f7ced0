import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { read, remoteId, text } from './fields.ts';

export const zones = defineKind({
  name: 'zones',
  singular: 'zone',
  parents: ['networks'],
  lineage: 'networks',
  fields: z.object({
    name: text,
    alias: text.meta({ description: 'A second name, by which pages ask for the zone; unique in its network.' }),
  }),
  row: z.looseObject({ id: remoteId, name: z.string(), alias: read.words, self_serve: read.flag }),
  list: { path: '/zones', scope: 'networks', query: { network_id: 'networks' }, envelopes: ['zones'] },
  create: {
    path: '/zones',
    query: { network_id: 'networks' },
    fields: ['name', 'alias'],
    required: ['name'],
    envelope: 'zone',
    answers: 'row',
  },
  one: { path: '/zones/:id', envelope: 'zone' },
  // The contract requires the name of a PUT too.
  update: {
    path: '/zones/:id',
    fields: ['name', 'alias'],
    required: ['name'],
    clearable: ['alias'],
    envelope: 'zone',
  },
  remove: { path: '/zones/:id' },
  // Campaigns that have a placement in it (openapi v1, GET /campaigns): placements are not listed by zone.
  usedBy: { kind: 'campaigns', query: { zone_id: 'zones' } },
  identity: ['id'],
  unique: ['name', 'alias'],
  countedBy: 'zone_count',
});

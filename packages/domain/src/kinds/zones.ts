import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { read, remoteId, text } from './fields.ts';

export const zones = defineKind({
  name: 'zones',
  singular: 'zone',
  parents: ['networks'],
  lineage: 'networks',
  fields: z.object({ name: text, alias: text }),
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
  usedBy: { path: '/campaigns', query: { zone_id: 'zones' }, envelopes: ['campaigns'] },
  identity: ['id'],
  unique: ['name', 'alias'],
});

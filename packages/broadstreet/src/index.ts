export { createBroadstreet } from './client.ts';
export type {
  Broadstreet,
  BroadstreetSettings,
  CallContext,
  GetRequest,
  ListRequest,
  OnRows,
  Query,
  RequestLogEntry,
  RequestMeter,
  Row,
  WriteRequest,
} from './types.ts';

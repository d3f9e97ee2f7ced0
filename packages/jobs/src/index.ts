export type { Alarm, AlarmedSchedule, Alarms } from './alarms.ts';
export { catalog, type JobData, type JobName, jobIds, queueNames } from './catalog.ts';
export { connectRedis } from './connect-redis.ts';
export {
  type Children,
  createJobHost,
  type JobContext,
  type JobHost,
  type JobHostSettings,
  type JobOutcome,
  type Processors,
} from './host.ts';
export { type ChildJob, createRunQueues, type QueuedRun, type RunQueues } from './queues.ts';
export { isRedisAway } from './redis-away.ts';

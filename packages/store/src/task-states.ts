import { isEnd, type TaskState, taskStates, taskTransitions } from '@broadstreet-sync/domain';

/** States in which there is still something to do. */
export const openTaskStates: TaskState[] = taskStates.filter((state) => !isEnd(taskTransitions, state));

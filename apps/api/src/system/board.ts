import type { AccountView } from '@broadstreet-sync/contract';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { RequestHandler } from 'express';
import type { Who } from '../access/who.ts';
import type { ApiQueues } from '../parts.ts';
import { boardPath } from './board-path.ts';

const colours = { demo: '#0f766e', live: '#b91c1c' };

/** The account in a few words: `DEMO 127.0.0.1:4010, all networks`. */
function accountTitle({ mode, host, networks }: AccountView): string {
  const limits = networks === null ? 'all networks' : `networks ${networks.join(', ')}`;
  return `${mode.toUpperCase()} ${host}, ${limits}`;
}

/** Bull Board, which says whose account it is as soon as that is known, and shows buttons to admins alone. */
export function createBoard(queues: ApiQueues['queues'], readAccount: () => AccountView): RequestHandler {
  const boards = new Map<string, RequestHandler>();
  return (req, res, next) => {
    const account = readAccount();
    const who: Who = res.locals.who;
    const isReadOnly = who.role !== 'admin';
    const name = `${account.mode} ${isReadOnly}`;
    const board = boards.get(name) ?? boardOf(queues, account, isReadOnly);
    boards.set(name, board);
    board(req, res, next);
  };
}

/** Bull Board with every queue of a run's flow: it shows a run as a tree only where it knows all of them. */
function boardOf(queues: ApiQueues['queues'], account: AccountView, readOnlyMode: boolean): RequestHandler {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(boardPath);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode, description: accountTitle(account) })),
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'broadstreet-sync',
        environment: { label: accountTitle(account), color: colours[account.mode] },
      },
    },
  });
  return serverAdapter.getRouter();
}

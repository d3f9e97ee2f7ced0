import type { Redis } from 'ioredis';

const everyMs = 500;

/** Watches how much memory Redis needs beyond what it needs now. */
export async function watchRedis(redis: Redis): Promise<{ mostMb(): Promise<number> }> {
  const read = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
  const before = await read();
  let most = before;
  const look = async () => {
    most = Math.max(most, await read());
  };
  const timer = setInterval(() => void look().catch(() => undefined), everyMs);
  return {
    async mostMb() {
      clearInterval(timer);
      await look();
      return Math.round((most - before) / 1e5) / 10;
    },
  };
}

/*
 * Loaded into a process before its own code (`--import`). On SIGUSR2 it prints one line of what the process has needed
 * since the last one.
 */

const tickMs = 20;
/** A machine that is busy with others delays a timer too; what the main thread has not computed in is not ours. */
let last = { at: performance.now(), cpu: process.threadCpuUsage() };
let longestBlockMs = 0;
let told = 0;

setInterval(() => {
  const now = { at: performance.now(), cpu: process.threadCpuUsage() };
  const lateMs = now.at - last.at - tickMs;
  const computedMs = (now.cpu.user + now.cpu.system - last.cpu.user - last.cpu.system) / 1000;
  longestBlockMs = Math.max(longestBlockMs, Math.min(lateMs, computedMs));
  last = now;
}, tickMs).unref();

process.on('SIGUSR2', () => {
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  const cpu = process.cpuUsage();
  // maxRSS is in kilobytes, on Linux and macOS alike in Node.js.
  const vitals = {
    rss,
    heapUsed,
    heapTotal,
    external,
    arrayBuffers,
    peakRss: process.resourceUsage().maxRSS * 1024,
    longestBlockMs,
    cpuMs: (cpu.user + cpu.system) / 1000,
  };
  longestBlockMs = 0;
  told += 1;
  process.stdout.write(`vitals ${told} ${JSON.stringify(vitals)}\n`);
});

import { putCheckout } from '../../checkout-files.ts';
import { failed, type Ran, said, type Tool, told } from './ran.ts';

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;

/** `monitor_health.sh ENVIRONMENT SECONDS`: a line about the health check, again and again. */
export const monitorHealth: Tool = ({ args: [to = '', every] }, { view, checkout }): Ran => {
  const seconds = wholeNumber(every ?? '30');
  if (!view.model.environmentNames.includes(to) || seconds === undefined)
    return failed(1, 'Usage: monitor_health.sh [local|dev|staging|production] [seconds]\n');
  const env = view.model.see(to, view.clock.now());
  const isUp = env.instancesOf(checkout.spec.service).some(({ running }) => running);
  const line = isUp ? `OK ${to} healthz 200\n` : `FAILED ${to} healthz: no answer\n`;
  return { ...said(line), again: { everyMs: seconds * 1000 } };
};

/** `monitor_resources.sh DURATION INTERVAL`, both in seconds: a line about CPU and memory each time. */
export const monitorResources: Tool = ({ args: [duration, interval] }): Ran => {
  const [all, each] = [wholeNumber(duration), wholeNumber(interval)];
  if (all === undefined || each === undefined)
    return failed(1, 'Usage: monitor_resources.sh [duration] [interval]\n');
  const again = { everyMs: each * 1000, times: Math.max(1, Math.floor(all / each)) };
  return { ...said('cpu=14.2% memory=33.1% read=12kB/s written=96kB/s\n'), again };
};

/** `generate_metrics_report.sh BUILDS`: writes the tables in metrics/ anew. */
export const metricsReport: Tool = ({ args: [builds = '10'], cwd }, { view, checkout }): Ran => {
  const count = wholeNumber(builds);
  if (count === undefined) return failed(1, 'Usage: generate_metrics_report.sh [builds]\n');
  checkout.reportedAt = view.model.see(view.env, view.clock.now()).now;
  checkout.builds = count;
  putCheckout(checkout, cwd, (at) => view.model.toClock(at) + view.clock.wallOffset());
  return told(`wrote metrics of the last ${count} builds\n`);
};

import { pluralize } from '../../domain/text/count-text.ts';
import { sshDestinationProblem } from '../../domain/text/ssh-destination.ts';
import type { FirstSignal } from '../../importer/first-profile.ts';
import { type FoundSystem, failure, found, missing, type Search } from './found-system.ts';

const listMs = 1500;

/** Running and failed services, one per line. Reads only. Source: systemctl(1). */
const listUnits = [
  'systemctl',
  'list-units',
  '--type=service',
  '--state=running,failed,activating',
  '--no-legend',
  '--no-pager',
  '--plain',
];

/** Names of services that the profile accepts. */
const isUnit = (text: string): boolean => /^(?!-)[\w:.@\\-]+$/.test(text);

/** Usage of a machine, without limits of its own: those are the operator's to set. */
const usageSignals = (source: string, label: string): readonly FirstSignal[] => [
  { id: `${source}.cpu`, title: `CPU: ${label}`, source, read: { cpu: true }, unit: '%' },
  { id: `${source}.memory`, title: `Memory: ${label}`, source, read: { memory: true }, unit: '%' },
  { id: `${source}.disk`, title: `Disk /: ${label}`, source, read: { disk: '/' }, unit: '%' },
  { id: `${source}.load`, title: `Load (1 min): ${label}`, source, read: { load: 1 }, unit: '' },
];

/** The systemd services of this machine that run or have failed: one `systemctl list-units`. */
export const findSystemd = async ({ context: { openIo, clock } }: Search): Promise<FoundSystem> => {
  const what = 'systemd';
  const limit = clock.deadline(listMs);
  const io = openIo();
  try {
    const { status, out, err } = await io.run({ argv: listUnits }, limit.signal);
    if (status !== 0)
      return missing(what, err.trim().split('\n')[0] ?? `systemctl exited with status ${status}`);
    const units = out
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[0] ?? '')
      .filter((name) => name.endsWith('.service') && isUnit(name))
      .map((name) => name.replace(/\.service$/, ''));
    if (units.length === 0) return missing(what, 'systemd lists no running or failed service on this host');
    return found(what, `this host, ${pluralize(units.length, 'service')}`, {
      id: 'host',
      entry: { type: 'host', local: true, units },
      signals: usageSignals('host', 'this host'),
    });
  } catch (error) {
    return missing(what, failure(error));
  } finally {
    limit.clear();
    await io.close();
  }
};

/** The machines of --host. They are not contacted here. */
export const findHosts = ({ flags: { host = [] } }: Search): readonly FoundSystem[] =>
  host.map((address, index) => {
    const what = 'host';
    const problem = sshDestinationProblem(address);
    if (problem !== undefined) return missing(what, `--host ${address}: ${problem}`);
    const id = index === 0 ? 'remote' : `remote${index + 1}`;
    return found(what, `${address} over SSH`, {
      id,
      entry: { type: 'host', ssh: [address] },
      signals: usageSignals(id, address),
    });
  });

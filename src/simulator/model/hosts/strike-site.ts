import type { Millis } from '../../../domain/fault.ts';
import type { Machine } from './machine.ts';
import type { HostsTrouble } from './spec.ts';

/** What an incident does to what is deployed on a machine, and to what runs of it. */
export const strikeSite = (
  machine: Machine,
  { deployed, damaged, lost, spinning }: HostsTrouble,
  now: Millis,
): void => {
  const { instance, load, site, unit } = machine;
  if (deployed !== undefined) site.deploy(deployed, now);
  if (damaged !== undefined) site.disk.fill(site.dir, { ...site.deployed, damage: damaged }, now);
  if (lost === true) site.disk.fill(site.dir, undefined, now);
  if (deployed !== undefined || damaged !== undefined || lost === true) {
    machine.stop(now);
    machine.start(now, true);
    const { damage } = site.deployed ?? {};
    if (damage !== undefined) machine.tell(now, damage);
  }
  if (spinning === undefined || unit.mainPid === undefined) return;
  instance.hinderedMs = spinning.ms;
  load.share = spinning.share;
};

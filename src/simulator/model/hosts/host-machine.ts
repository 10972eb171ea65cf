import type { Millis } from '../../../domain/fault.ts';
import type { ServiceInstance } from '../instance.ts';
import type { DeployedBuild } from './deployment-site.ts';
import { DeploymentSite } from './deployment-site.ts';
import { ProcessTable } from './processes.ts';
import type { HostsIncidentSpec, HostsSpec } from './spec.ts';
import { SystemdUnit, type UnitExit, unitExitText } from './systemd-unit.ts';
import type { LogBuffer, RotatedLogFile } from './unit-log.ts';
import { rustLogLevel, UnitLog } from './unit-log.ts';

const ticksPerMs = 0.1;
const usualShare = 0.14;
const idleShare = 0.03;
/** Of a busy processor's time so much goes with work of its disk. */
const diskShare = 0.3;

/** How busy a machine is, as /proc counts it since its start. */
class MachineLoad {
  readonly #cores: number;
  /** Clock ticks of all cores in which something ran, proc(5). */
  busyTicks: number;
  /** Ms in which its disk worked. */
  diskMs: number;
  /** Part of the processor that is in use while the unit runs. */
  share = usualShare;
  #at: Millis;

  constructor(cores: number, uptimeMs: Millis, now: Millis) {
    this.#cores = cores;
    this.busyTicks = uptimeMs * ticksPerMs * cores * usualShare;
    this.diskMs = uptimeMs * usualShare * diskShare;
    this.#at = now;
  }

  /** `isWorking`: the unit runs. */
  tick(now: Millis, isWorking: boolean): void {
    const elapsed = now - this.#at;
    const share = isWorking ? this.share : idleShare;
    this.busyTicks += elapsed * ticksPerMs * this.#cores * share;
    this.diskMs += elapsed * share * diskShare;
    this.#at = now;
  }

  calm(): void {
    this.share = usualShare;
  }
}

const uptimeMs: Millis = 40 * 86_400_000;
/** The shell's word, and systemd's, for a program that is not there (systemd.exec(5), EXIT_EXEC). */
const notThereStatus = 203;

/** One machine: the unit that is an instance of the service, what else runs there, and what is written down. */
export class HostMachine {
  readonly name: string;
  readonly spec: HostsSpec;
  readonly instance: ServiceInstance;
  readonly unit: SystemdUnit;
  readonly processes = new ProcessTable();
  readonly #said: UnitLog;
  readonly bootedAt: Millis;
  readonly load: MachineLoad;
  readonly site: DeploymentSite;

  constructor(spec: HostsSpec, index: number, instance: ServiceInstance, env: string, now: Millis) {
    this.spec = spec;
    this.name = `${spec.name}-${index + 1}`;
    this.instance = instance;
    this.unit = new SystemdUnit(spec.service);
    this.site = new DeploymentSite(spec, env, now);
    this.#said = new UnitLog({ key: `${env}/${this.name}`, unit: spec.service, target: spec.target }, now);
    this.bootedAt = now - uptimeMs;
    this.load = new MachineLoad(spec.cores, uptimeMs, now);
    this.processes.boot(this.bootedAt);
    this.start(instance.startedAt, true);
    this.#bindOrFail(instance.startedAt);
    this.#said.remember(now);
  }

  /** The file that the service writes. */
  get log(): RotatedLogFile {
    return this.#said.file;
  }

  get journal(): LogBuffer {
    return this.#said.journal;
  }

  /** A line of the service's own. */
  tell(now: Millis, message: string): void {
    this.#said.write(now, 'ERROR', message);
  }

  /** `systemctl start`, or systemd itself. What is active stays as it is. */
  start(now: Millis, byHand: boolean): void {
    if (this.unit.state === 'active') return;
    const { spec, site } = this;
    const { deployed } = site;
    const args = `${site.program} ${spec.arguments}`;
    const { pid } = this.processes.start({
      parent: 1,
      user: spec.user,
      args,
      startedAt: now,
      cpuPercent: 11.5,
      rssBytes: Math.round(spec.memoryBytes * 0.06),
      unit: spec.service,
    });
    this.unit.started(pid, now, byHand);
    this.#said.tell(now, `Started ${spec.service}.service - ${spec.service}.`);
    if (deployed === undefined) {
      this.#said.tell(now, `Failed to locate executable ${site.program}: No such file or directory`);
      this.#end({ status: notThereStatus }, now);
      return;
    }
    this.#run(deployed);
  }

  /** `systemctl stop`. */
  stop(now: Millis): void {
    const { mainPid } = this.unit;
    if (mainPid !== undefined) this.processes.end(mainPid);
    this.unit.stopped();
    this.#follow();
    this.#said.tell(now, `Stopped ${this.spec.service}.service - ${this.spec.service}.`);
  }

  /** A signal to a process; false when there is none. */
  kill(pid: number, signal: 'TERM' | 'KILL', now: Millis): boolean {
    const process = this.processes.find(pid);
    if (process === undefined) return false;
    // The first process ignores both (kill(2), NOTES), and so do threads of the kernel.
    if (pid === 1 || process.isKernel === true) return true;
    if (pid === this.unit.mainPid) this.#end({ signal }, now);
    else this.processes.end(pid);
    return true;
  }

  tick(now: Millis): void {
    this.load.tick(now, this.unit.state === 'active');
    this.site.env.tick(now);
    if (this.unit.isDue(now)) this.start(now, false);
    this.#bindOrFail(now);
    this.#said.work(now, this.instance.running ? this.unit.mainPid : undefined);
  }

  inject({ portTakenBy, panic, ...others }: HostsIncidentSpec, now: Millis): void {
    applySiteIncident(this, others, now);
    if (portTakenBy !== undefined) {
      this.#end({ status: 1 }, now);
      const { program: args, user } = portTakenBy;
      const foreign = { parent: 1, user, args, startedAt: now, cpuPercent: 0.1, rssBytes: 4 << 20 };
      this.processes.start({ ...foreign, port: this.spec.port });
    }
    if (panic !== undefined && this.unit.mainPid !== undefined) {
      this.#said.panic(now, this.unit.mainPid, panic);
      this.#end({ status: 101 }, now, false);
    }
  }

  /** Somebody who does not belong there holds the port, or the unit is not as it should be. */
  get isBroken(): boolean {
    const isUnfit = this.instance.startupFailure !== undefined || this.site.deployed?.damage !== undefined;
    return this.unit.state !== 'active' || this.#stranger !== undefined || isUnfit;
  }

  heal(now: Millis): void {
    const stranger = this.#stranger;
    if (stranger !== undefined) this.processes.end(stranger.pid);
    if (this.site.deployed?.damage !== undefined || this.site.deployed === undefined) {
      this.site.heal(now);
      this.stop(now);
    }
    this.load.calm();
    this.start(now, true);
    this.#bindOrFail(now);
  }

  /** What the process is, from its start on. */
  #run({ version, damage }: DeployedBuild): void {
    const { instance, load, site } = this;
    instance.release = version === undefined ? undefined : { version };
    instance.startupFailure = damage;
    instance.extraDelayMs = 0;
    load.calm();
    this.#said.level = rustLogLevel(site.env.variables);
  }

  get #stranger() {
    const holder = this.processes.listening(this.spec.port);
    return holder !== undefined && holder.unit !== this.spec.service ? holder : undefined;
  }

  /** A process that has just been started wants its port. */
  #bindOrFail(now: Millis): void {
    const { mainPid } = this.unit;
    const { port } = this.spec;
    if (mainPid !== undefined && this.processes.find(mainPid)?.port === undefined) {
      if (this.#stranger === undefined) {
        this.processes.bind(mainPid, port);
        this.#said.write(now, 'INFO', `listening on 0.0.0.0:${port}`);
      } else {
        this.#said.write(
          now,
          'ERROR',
          `cannot listen on 0.0.0.0:${port}: Address already in use (os error 98)`,
        );
        this.#said.say(
          now,
          mainPid,
          'Error: Os { code: 98, kind: AddrInUse, message: "Address already in use" }',
          3,
        );
        this.#end({ status: 1 }, now);
      }
    }
    this.#follow();
  }

  /** An instance runs while its process holds the port. */
  #follow(): void {
    const holder = this.processes.listening(this.spec.port);
    this.instance.running = holder !== undefined && holder.pid === this.unit.mainPid;
  }

  #end(end: UnitExit, now: Millis, mayTryAgain = true): void {
    const { mainPid } = this.unit;
    if (mainPid === undefined) return;
    this.processes.end(mainPid);
    this.unit.ended(end, now, mayTryAgain);
    this.#follow();
    const unit = `${this.spec.service}.service`;
    this.#said.tell(now, `${unit}: Main process exited, ${unitExitText(end)}`);
    if (this.unit.state !== 'inactive')
      this.#said.tell(now, `${unit}: Failed with result '${this.unit.result}'.`);
  }
}

/** What an incident does to what is deployed on a machine, and to what runs of it. */
const applySiteIncident = (
  machine: HostMachine,
  { deployed, damaged, lost, spinning }: HostsIncidentSpec,
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
  instance.extraDelayMs = spinning.ms;
  load.share = spinning.share;
};

import type { Millis } from '../../../domain/base/fault.ts';
import type { EnvironmentContext } from '../instances/environment-part.ts';
import type { ServiceInstance } from '../instances/instance.ts';
import type { HostsIncidentSpec, HostsSpec } from '../spec/hosts.ts';
import type { DeployedBuild } from './deployment-site.ts';
import { DeploymentSite } from './deployment-site.ts';
import { ProcessTable } from './processes.ts';
import { SystemdUnit, type UnitExit, unitExitText } from './systemd-unit.ts';
import type { LogBuffer, RotatedLogFile } from './unit-log.ts';
import { rustLogLevel, UnitLog } from './unit-log.ts';

const ticksPerMs = 0.1;
const usualShare = 0.14;
const idleShare = 0.03;
/** Disk activity as a fraction of a machine's CPU usage. */
const diskShare = 0.3;

/** Load of a machine, as counted in /proc since boot. */
class MachineLoad {
  readonly #cores: number;
  /** Clock ticks of all cores that were not idle, proc(5). */
  busyTicks: number;
  /** Active time of the disk in ms. */
  diskMs: number;
  /** CPU usage while the unit runs, 0..1. */
  share = usualShare;
  #at: Millis;

  constructor(cores: number, uptimeMs: Millis, now: Millis) {
    this.#cores = cores;
    this.busyTicks = uptimeMs * ticksPerMs * cores * usualShare;
    this.diskMs = uptimeMs * usualShare * diskShare;
    this.#at = now;
  }

  /** `isWorking`: whether the unit runs. */
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
/** Exit status of the shell and systemd for a missing program (systemd.exec(5), EXIT_EXEC). */
const notThereStatus = 203;

/** One machine: the unit that is an instance of the service, other processes, and logs. */
export class HostMachine {
  readonly name: string;
  /** Differs between machines, also between those of the same name in two instances of a system. */
  readonly seed: string;
  readonly spec: HostsSpec;
  readonly instance: ServiceInstance;
  readonly unit: SystemdUnit;
  readonly processes = new ProcessTable();
  /** Files that keep the processes of detached programs, by path. */
  readonly keptProcesses = new Map<string, string>();
  readonly #said: UnitLog;
  readonly bootedAt: Millis;
  readonly load: MachineLoad;
  readonly site: DeploymentSite;

  constructor(
    spec: HostsSpec,
    index: number,
    instance: ServiceInstance,
    env: Pick<EnvironmentContext, 'identity' | 'now' | 'spec'>,
  ) {
    const { now } = env;
    this.spec = spec;
    this.name = `${spec.name}-${index + 1}`;
    this.seed = `${this.name}${env.identity}`;
    this.instance = instance;
    this.unit = new SystemdUnit(spec.service);
    this.site = new DeploymentSite(spec, env.spec.name, now);
    this.#said = new UnitLog(
      { key: `${env.spec.name}/${this.name}`, unit: spec.service, target: spec.target },
      now,
    );
    this.bootedAt = now - uptimeMs;
    this.load = new MachineLoad(spec.cores, uptimeMs, now);
    this.processes.boot(this.bootedAt);
    this.start(instance.startedAt, true);
    this.#bindOrFail(instance.startedAt);
    this.#said.remember(now);
  }

  /** Log file of the service. */
  get log(): RotatedLogFile {
    return this.#said.file;
  }

  get journal(): LogBuffer {
    return this.#said.journal;
  }

  /** Writes a log line of the service. */
  writeJournal(now: Millis, message: string): void {
    this.#said.write(now, 'ERROR', message);
  }

  /** `systemctl start`, or an automatic restart. An active unit is unchanged. */
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
    this.#said.append(now, `Started ${spec.service}.service - ${spec.service}.`);
    if (deployed === undefined) {
      this.#said.append(now, `Failed to locate executable ${site.program}: No such file or directory`);
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
    this.#said.append(now, `Stopped ${this.spec.service}.service - ${this.spec.service}.`);
  }

  /** Sends a signal to a process; false if it does not exist. */
  kill(pid: number, signal: 'TERM' | 'KILL', now: Millis): boolean {
    const process = this.processes.find(pid);
    if (process === undefined) return false;
    // PID 1 ignores both (kill(2), NOTES), and so do kernel threads.
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

  /** True when another process owns the port or the unit is not running properly. */
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

  /** Properties of the process, fixed at its start. */
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

  /** A new process binds its port. */
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

  /** An instance runs while its process owns the port. */
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
    this.#said.append(now, `${unit}: Main process exited, ${unitExitText(end)}`);
    if (this.unit.state !== 'inactive')
      this.#said.append(now, `${unit}: Failed with result '${this.unit.result}'.`);
  }
}

/** Applies an incident to the deployment and the processes of a machine. */
const applySiteIncident = (
  machine: HostMachine,
  { deployed, damaged, stopped, lost, spinning }: HostsIncidentSpec,
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
    if (damage !== undefined) machine.writeJournal(now, damage);
  }
  if (stopped === true) machine.stop(now);
  if (spinning === undefined || unit.mainPid === undefined) return;
  instance.extraDelayMs = spinning.ms;
  load.share = spinning.share;
};

import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';

/** A reference to another object, as every object of the API has it. */
export interface Reference {
  readonly id: string;
  readonly summary: string;
}

/** A user of the simulated account. */
export interface SimulatedUser extends Reference {
  readonly email: string;
}

/** An incident of the simulated account. */
export interface SimulatedIncident {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly service: Reference;
  readonly urgency: 'high' | 'low';
  readonly priority?: Reference;
  /** Deduplication key of the event that has triggered it. */
  readonly key: string;
  readonly createdAt: Millis;
  readonly assigned: readonly SimulatedUser[];
  status: 'triggered' | 'acknowledged' | 'resolved';
  resolvedAt?: Millis;
  changedBy?: Reference;
  readonly acknowledgements: { readonly at: Millis; readonly by: SimulatedUser }[];
  readonly notes: { readonly id: string; readonly content: string; readonly at: Millis }[];
}

/** An incident at the start. */
export interface NewIncident
  extends Pick<SimulatedIncident, 'title' | 'urgency' | 'service'>,
    Partial<Pick<SimulatedIncident, 'key' | 'priority' | 'assigned'>> {
  /** Ms before the start of the simulator. */
  readonly agoMs?: Millis;
}

/** The people and services of the simulated account. */
export const simulatedUsers = {
  ana: { id: 'PANARUIZ', summary: 'Ana Ruiz', email: 'ana@example.com' },
  ben: { id: 'PBENOKAF', summary: 'Ben Okafor', email: 'ben@example.com' },
} as const satisfies Readonly<Record<string, SimulatedUser>>;

export const simulatedServices = {
  checkout: { id: 'PCHECKOU', summary: 'Checkout' },
  billing: { id: 'PBILLING', summary: 'Billing' },
} as const satisfies Readonly<Record<string, Reference>>;

export const simulatedPolicy: Reference = { id: 'PPLATFOR', summary: 'Platform' };
export const simulatedSchedule: Reference = { id: 'PROTATIO', summary: 'Daily rotation' };

/** The incidents of one simulated account. They change by its API only. */
export class IncidentStore {
  readonly clock: Clock;
  readonly startedAt: Millis;
  readonly #incidents: SimulatedIncident[] = [];

  constructor(clock: Clock, incidents: readonly NewIncident[] = []) {
    this.clock = clock;
    this.startedAt = clock.now();
    for (const spec of incidents) this.create(spec);
  }

  get incidents(): readonly SimulatedIncident[] {
    return this.#incidents;
  }

  create({ title, urgency, service, key, priority, assigned, agoMs = 0 }: NewIncident): SimulatedIncident {
    const count = this.#incidents.length + 1;
    const incident: SimulatedIncident = {
      id: `PINCIDENT${count}`,
      number: 1000 + count,
      title,
      service,
      urgency,
      key: key ?? `key-${count}`,
      createdAt: this.clock.now() - agoMs,
      assigned: assigned ?? [simulatedUsers.ana],
      status: 'triggered',
      acknowledgements: [],
      notes: [],
      ...defined({ priority }),
    };
    this.#incidents.push(incident);
    return incident;
  }

  /** Finds an incident by its id or number. */
  find(idOrNumber: string): SimulatedIncident | undefined {
    return this.#incidents.find(({ id, number }) => id === idOrNumber || String(number) === idOrNumber);
  }

  setStatus(incident: SimulatedIncident, status: SimulatedIncident['status'], by: SimulatedUser): void {
    incident.status = status;
    incident.changedBy = by;
    if (status === 'acknowledged') incident.acknowledgements.push({ at: this.clock.now(), by });
    if (status === 'resolved') {
      incident.resolvedAt = this.clock.now();
      incident.acknowledgements.length = 0;
    }
  }

  note(incident: SimulatedIncident, content: string): SimulatedIncident['notes'][number] {
    const note = { id: `PNOTE${incident.notes.length + 1}`, content, at: this.clock.now() };
    incident.notes.push(note);
    return note;
  }
}

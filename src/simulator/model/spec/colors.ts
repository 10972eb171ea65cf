import type { Release } from './release.ts';

/** The two deployments of a blue-green release. */
export type Color = 'blue' | 'green';

/** Blue-green deployments of one service behind the gateway. */
export interface ColorsSpec {
  readonly service: string;
  /** The color with the traffic at the start; the other one runs the previous version. */
  readonly active: Color;
  /** Upstream of the gateway, and its target of each color. */
  readonly upstream: string;
  readonly targets: Readonly<Record<Color, string>>;
  /** Compose project that has only the green service, beside the project of the whole system. */
  readonly greenProject: string;
}

/** Effects of an incident on the color without traffic. */
export interface ColorsIncidentSpec {
  /** It does not run: a deployment to it was rolled back, or it was stopped. */
  readonly standbyDown?: true;
  /** The version that it runs once it is started; default: the previous one. */
  readonly candidate?: Release;
}

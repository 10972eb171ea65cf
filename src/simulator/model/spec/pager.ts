/** The service of a system in PagerDuty. */
export interface PagerSpec {
  readonly service: { readonly id: string; readonly summary: string };
}

/** An incident that is triggered in PagerDuty. */
export interface PageSpec {
  readonly title: string;
  readonly urgency: 'high' | 'low';
}

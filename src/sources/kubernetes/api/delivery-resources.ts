import { type ApiResource, defineApiResource } from './api-resources.ts';

/**
 * Kinds of custom resources that deliver other objects. Apart from `apiResources`, so that no other operation takes them:
 * deleting an application may delete everything that it has delivered. Source: argoproj.io/v1alpha1,
 * kustomize.toolkit.fluxcd.io/v1, helm.toolkit.fluxcd.io/v2.
 */
export const deliveryResources = {
  application: defineApiResource('Application', 'applications', 'argoproj.io/v1alpha1'),
  kustomization: defineApiResource('Kustomization', 'kustomizations', 'kustomize.toolkit.fluxcd.io/v1'),
  helmrelease: defineApiResource('HelmRelease', 'helmreleases', 'helm.toolkit.fluxcd.io/v2'),
} as const satisfies Readonly<Record<string, ApiResource>>;

export type DeliveryResource = keyof typeof deliveryResources;

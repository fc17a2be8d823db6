/** What all charts have in common: fonts, legend, tooltip, and a row's colour. */
import type { ChartConfiguration, TooltipItem } from 'chart.js';
import type { ChartRow } from '../chart-types.ts';
import type { Theme } from './theme.ts';

export type Config = ChartConfiguration<'line' | 'bar'>;

/** Whether a transport is selected in the filter. */
export type Shown = (transport: string) => boolean;

export const colorOf = (row: ChartRow, theme: Theme): string =>
  row.trusted ? theme.color(`--t${row.look}`) : theme.grey;

export function common(theme: Theme) {
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    locale: 'en-US',
    font: { family: theme.font },
    layout: { padding: { right: 12 } },
  } as const;
}

export function legend(theme: Theme) {
  const labels = {
    color: theme.text,
    usePointStyle: true,
    boxHeight: 7,
    padding: 16,
    font: { family: theme.font, size: 13 },
  };
  // A click would hide a series in one chart only; the page's filter hides it in all of them.
  return { position: 'bottom', align: 'start', labels, onClick: () => undefined } as const;
}

export function tooltip(theme: Theme, label: (item: TooltipItem<'line' | 'bar'>) => string) {
  return {
    backgroundColor: theme.text,
    titleColor: theme.surface,
    bodyColor: theme.surface,
    usePointStyle: true,
    padding: 10,
    callbacks: { title: () => '', label },
  };
}

/** The tables of bytes by layer: what the sockets carried in each direction, and what comes on top of that on the wire. */
import { layersIn } from './chart-data.ts';
import { format, plain, plural } from './format.ts';
import { number, rowHead, table, text, type TableRow } from './html-text.ts';
import type { Row, ScenarioView } from './summary.ts';

type Look = (row: Row) => number;

export const layerNote =
  'Connecting is shared out over the messages that a client had in the window: over a longer session it weighs less. TCP/IP is measured or modelled, as its name in the picture and the last table say.';

export const layerTables = (scenario: ScenarioView, look: Look): string =>
  socketTable(scenario, look) + wireTable(scenario, look);

/** Two rows a transport, down and up, so that the layers of each direction can be read and added. */
function socketTable({ name, rows: measured }: ScenarioView, look: Look): string {
  const layers = layersIn(measured);
  const rows = measured.flatMap((row) =>
    (['down', 'up'] as const).map((direction): TableRow => {
      const head = direction === 'down' ? [rowHead(row, look(row), 2)] : [];
      const bytes = row.layers?.[direction] ?? null;
      const handshake = row.figures[direction === 'up' ? 'handshakeUp' : 'handshakeDown'].estimate?.value ?? null;
      const figures = [...layers.map((layer) => bytes?.[layer] ?? null), bytes?.total ?? null, handshake];
      return {
        cells: [...head, text(direction), ...figures.map((value) => number(format(value, 'bytes')))],
        transport: row.transport,
        greyed: !row.trusted,
      };
    }),
  );
  const pooled = plural(Math.max(0, ...measured.map((row) => row.valid)), 'valid repetition');
  const titles = [...layers, 'total', 'handshake per client'].map((title) => ({ number: title }));
  const caption = `Bytes per delivery by layer, pooled over up to ${pooled}: ${plain(name)}`;
  return table(caption, ['transport', 'direction', ...titles], rows);
}

/** From the socket to the wire, both directions together. */
function wireTable({ name, rows: measured }: ScenarioView, look: Look): string {
  const rows = measured.map((row): TableRow => {
    const { layers, networkBasis, transport, trusted } = row;
    const socket = layers === null ? null : layers.up.total + layers.down.total;
    const parts = [socket, layers?.tcpip ?? null, layers?.connecting ?? null];
    const all = parts.every((part) => part !== null) ? parts.reduce((sum, part) => sum + part, 0) : null;
    return {
      cells: [
        rowHead(row, look(row)),
        ...[...parts, all].map((value) => number(format(value, 'bytes'))),
        text(networkBasis ?? 'not known'),
      ],
      transport,
      greyed: !trusted,
    };
  });
  const titles = ['at the socket', 'TCP/IP', 'connecting, shared out', 'all'].map((title) => ({ number: title }));
  return table(
    `From the socket to the wire, bytes per delivery: ${plain(name)}`,
    ['transport', ...titles, 'TCP/IP is'],
    rows,
  );
}

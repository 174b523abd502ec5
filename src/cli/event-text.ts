/** One event of the daemon as a line for people. New kinds of events need no change here: their fields are shown as they are. */
import type { DaemonEvent } from '../api/control.ts';
import { sanitise } from './sanitise.ts';

/** Shown first, bare and in this order; everything else follows as name=value. */
const bareFields = ['label', 'folder', 'path', 'name', 'deviceName', 'device', 'state', 'message'] as const;

export function eventLine(event: DaemonEvent): string {
  const { id: _id, time, type, ...fields } = event;
  const parts = [clockOf(time), sanitise(type)];
  for (const name of bareFields) if (name in fields) parts.push(valueText(fields[name]));
  for (const [name, value] of Object.entries(fields)) {
    if (!(bareFields as readonly string[]).includes(name)) parts.push(`${sanitise(name)}=${valueText(value)}`);
  }
  return parts.join('  ');
}

function valueText(value: unknown): string {
  return sanitise(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'));
}

function clockOf(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return sanitise(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

// A card for the page of a Backstage entity: the articles that its annotations name, and what AWS refused it lately.
// See README.md beside this file.
import React from 'react';
import { Entity } from '@backstage/catalog-model';
import { ErrorPanel, InfoCard, Link, Progress } from '@backstage/core-components';
import { fetchApiRef, useApi } from '@backstage/core-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';

const ARTICLES = 'whydenied/articles';
const DENIALS = 'whydenied/denials';
const PRINCIPALS = 'whydenied/principals';
const SHOWN = 5;

/** A row of `whydenied triage --format json`, as far as the card shows it. */
interface Row {
  group: { principal: string; action: string; resource: string; count: number; last: string; worked_at: string };
  title: string;
  fix: string;
  article: string;
}

/** The comma-separated values of an annotation. */
function values(entity: Entity, annotation: string): string[] {
  const text = entity.metadata.annotations?.[annotation] ?? '';
  return text.split(',').map(one => one.trim()).filter(Boolean);
}

/** Whether a caller is one that is named: by its ARN, or by the beginning of one before a `*`. */
function isNamed(principal: string, names: string[]): boolean {
  return names.some(name =>
    name.endsWith('*') ? principal.startsWith(name.slice(0, -1)) : principal === name,
  );
}

/** The latest denials of these callers, those that work again since left out. */
function latest(rows: Row[], principals: string[]): Row[] {
  return rows
    .filter(row => !row.group.worked_at && isNamed(row.group.principal, principals))
    .sort((one, other) => other.group.last.localeCompare(one.group.last))
    .slice(0, SHOWN);
}

function Denials(props: { address: string; principals: string[]; site: string }) {
  const { address, principals, site } = props;
  const { fetch } = useApi(fetchApiRef);
  const [rows, setRows] = React.useState<Row[]>();
  const [error, setError] = React.useState<Error>();
  React.useEffect(() => {
    fetch(address)
      .then(answer => (answer.ok ? answer.json() : Promise.reject(new Error(`${address}: ${answer.status}`))))
      .then(report => setRows(report.rows))
      .catch(setError);
  }, [address, fetch]);
  if (error) return <ErrorPanel error={error} />;
  if (!rows) return <Progress />;
  const shown = latest(rows, principals);
  if (shown.length === 0) return <p>AWS refused nothing that does not work again.</p>;
  return (
    <ul>
      {shown.map(row => (
        <li key={`${row.group.principal} ${row.group.action} ${row.group.resource} ${row.title}`}>
          <code>{row.group.action}</code> on <code>{row.group.resource || 'an unknown resource'}</code>,{' '}
          {row.group.count} times, last {row.group.last}:{' '}
          {row.article ? <Link to={`${site}${row.article}`}>{row.title}</Link> : row.title}
          <br />
          <small>{row.fix}</small>
        </li>
      ))}
    </ul>
  );
}

/** The card. site: the address of a Why Denied site, without a slash at its end. */
export function WhyDeniedCard(props: { site: string }) {
  const { site } = props;
  const { entity } = useEntity();
  const [address] = values(entity, DENIALS);
  return (
    <InfoCard title="Why denied?" deepLink={{ title: 'Paste an error', link: site }}>
      {address && <Denials address={address} principals={values(entity, PRINCIPALS)} site={site} />}
      {values(entity, ARTICLES).map(article => {
        const [id, section] = article.split('#');
        const query = section ? `?section=${encodeURIComponent(section)}` : '';
        return (
          <iframe
            key={article}
            title={article}
            src={`${site}/embed/articles/${encodeURIComponent(id)}${query}`}
            sandbox="allow-popups"
            width="100%"
            height="320"
            style={{ border: 0 }}
          />
        );
      })}
    </InfoCard>
  );
}

/** Whether an entity has something for the card to show. */
export const hasWhyDenied = (entity: Entity): boolean =>
  [ARTICLES, DENIALS].some(annotation => values(entity, annotation).length > 0);

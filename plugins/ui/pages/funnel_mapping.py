"""
«Сопоставление»: statuses on the left, containers on the right, and what the leads would come to.

The preview is the one address of the pages that is asked by POST: a mapping is too long for an address. It
changes nothing: the connection reads only. It takes JSON alone, which no form of another site can send.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from pydantic import ValidationError

from include.amocrm.dictionary import Dictionary
from include.amocrm_statuses.mapping import Mapping
from include.amocrm_statuses.starter import starter
from plugins.steps.amocrm_dictionary import known_dictionary
from plugins.ui.funnel_account import Chosen, Span, chosen_account, funnels_of, month_of
from plugins.ui.funnel_draft import MOST_STATUSES, Draft, Judged, Remark, drafted, judged, starting_point
from plugins.ui.funnel_preview import FunnelFigures, figures_of, published, spelled_status
from plugins.ui.pages.query import Filter
from plugins.ui.rendering import page
from plugins.ui.warehouse import Reader, WarehouseReader

MOST_BYTES = 256 * 1024
TOO_MUCH = "Сопоставление слишком большое для предпросмотра"
NOT_JSON = "Предпросмотр понимает только JSON"
TURNED = "период перевёрнут: он начинается позже, чем кончается, поэтому сделок за него нет"
UNREADABLE = "Сопоставление не читается: обновите страницу"

Json = dict[str, Any]

router = APIRouter()


@router.get("/mapping")
def mapping_page(request: Request, reader: WarehouseReader, account: Filter = None) -> HTMLResponse:
    chosen = chosen_account(reader, account)
    return page(
        request,
        "funnel_mapping.html",
        chosen=chosen,
        filters=chosen.asked,
        months=[row["month"] for row in reader.rows("select_amocrm_months", account=chosen.name)],
        is_known=known_dictionary(reader, chosen.name) is not None if chosen.name else False,
        is_intended=not funnels_of(reader, chosen.name) and chosen.intended is not None,
    )


@router.get("/mapping/data.json")
def mapping_data(reader: WarehouseReader, account: Filter = None) -> Json:
    """Give statuses by pipeline, and the mapping of the marts, else of the settings, else the starter."""
    chosen = chosen_account(reader, account)
    mapping = published(funnels_of(reader, chosen.name))
    if not mapping.funnels:
        mapping = chosen.intended or mapping
    funnels = drafted(mapping) or starting_point(_dictionary(reader, chosen))
    return {
        "pipelines": _pipelines(reader, chosen),
        "funnels": funnels,
        "is_starter": not mapping.funnels and bool(funnels),
        "backfill": chosen.backfill,
        "price_basis": chosen.row["price_basis"],
        "currency": chosen.currency,
    }


@router.get("/starter.yaml")
def starter_file(reader: WarehouseReader, account: Filter = None) -> Response:
    """Give the starter of the settings: a container a status, for a person to edit."""
    chosen = chosen_account(reader, account)
    dictionary = _dictionary(reader, chosen)
    if dictionary is None or chosen.name is None:
        raise HTTPException(404)
    return PlainTextResponse(
        starter(dictionary, chosen.name),
        headers={"Content-Disposition": 'attachment; filename="amocrm_statuses.yaml"'},
    )


async def _draft(request: Request) -> Draft:
    """Read the draft that the page sends. Raises 413 for more than it would ever send, 415 and 400."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, NOT_JSON)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413, TOO_MUCH)
    try:
        draft = Draft.model_validate_json(body)
    except ValidationError:
        raise HTTPException(400, UNREADABLE) from None
    if draft.statuses > MOST_STATUSES:
        raise HTTPException(413, TOO_MUCH)
    return draft


@router.post("/mapping/preview")
def preview(
    reader: WarehouseReader, draft: Annotated[Draft, Depends(_draft)], account: Filter = None
) -> JSONResponse:
    """Try a mapping on the leads that are there. A wrong one is told in remarks."""
    chosen = chosen_account(reader, account)
    found = judged(draft, chosen, _dictionary(reader, chosen))
    span = Span(*(month_of(text) for text in draft.months))
    return JSONResponse(_told(reader, chosen, draft, found, span))


def _told(reader: Reader, chosen: Chosen, draft: Draft, found: Judged, span: Span) -> Json:
    remarks = [*([Remark("warning", TURNED)] if span.is_turned else []), *found.remarks]
    told: Json = {"remarks": [remark._asdict() for remark in remarks], "yaml": found.yaml}
    if found.mapping is None:
        return {**told, "funnels": None, "unmapped": None}
    figures = figures_of(reader, chosen.name, found.mapping, draft.policies.backfill, span)
    return {
        **told,
        "funnels": [_figures(funnel) for funnel in figures],
        "unmapped": _unmapped(reader, chosen, found.mapping, span),
    }


def _figures(funnel: FunnelFigures) -> Json:
    return {
        "id": funnel.funnel.funnel_id,
        "leads": funnel.leads,
        "successes": funnel.standing("success"),
        "refusals": funnel.standing("refusal"),
        "sales_volume": str(funnel.sales_volume),
        "success_amount": str(funnel.success_amount),
        "returned_amount": str(funnel.returned_amount),
        "containers": [
            {
                "id": each.container.container_id,
                "passed": each.passed,
                "visited": each.visited,
                "implied": each.implied,
                "here": each.here,
                "outside": each.outside,
                "sales_volume": str(each.sales_volume),
            }
            for each in funnel.containers
        ],
    }


def _unmapped(reader: Reader, chosen: Chosen, mapping: Mapping, span: Span) -> Json:
    """Count leads that the mapping has in no funnel, and name statuses with leads in no container."""
    mapped = [spelled_status(*status) for status in mapping.places]
    counted = reader.row("count_amocrm_unmapped", account=chosen.name, statuses=mapped, **span.months)
    rows = reader.rows("select_amocrm_statuses", account=chosen.name)
    missing = [
        spelled_status(row["pipeline_id"], row["status_id"])
        for row in rows
        if row["leads"] and (row["pipeline_id"], row["status_id"]) not in mapping.places
    ]
    return {**(counted or {}), "statuses": missing}


def _dictionary(reader: Reader, chosen: Chosen) -> Dictionary | None:
    return known_dictionary(reader, chosen.name) if chosen.name else None


def _pipelines(reader: Reader, chosen: Chosen) -> list[Json]:
    """Give the left column: statuses by pipeline; a gone one only where a lead or a container knows it."""
    found: dict[int, Json] = {}
    for row in reader.rows("select_amocrm_statuses", account=chosen.name):
        pipeline = found.setdefault(
            row["pipeline_id"],
            {
                "id": row["pipeline_id"],
                "name": row["pipeline"],
                "is_archive": row["is_archive"],
                "statuses": [],
            },
        )
        pipeline["statuses"].append(
            {
                "key": spelled_status(row["pipeline_id"], row["status_id"]),
                "name": row["name"],
                "is_gone": row["is_gone"],
                "leads": row["leads"],
            }
        )
    return list(found.values())

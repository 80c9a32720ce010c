"""The form: which detector, on which rasters, in which area, what it costs, and the consent."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsSettings
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from ...algorithms.parameters.choice import split_ids
from ...core import messages
from ...core.choices import Choice
from ...core.geometry.kept import keep
from ...core.secrets import SecretsLocked
from ...core.translation import tr
from .. import operations
from ..add_to_map import target
from ..areas.chooser import AreaChooser
from ..choices.connection import ConnectionCombo
from ..choices.fields import chooser_for
from ..help import HelpKey
from ..status import StatusLine
from . import collector
from .estimates import Estimate, Estimates
from .plan import RunPlan

if TYPE_CHECKING:
    from ..desk import Desk

COLLECT = "imagery_hub/run/as_layers"
CONFIRM = "CONFIRM"


class RunForm(QDialog):
    """One job for each raster. Not modal; the areas are drawn on the map while it is open."""

    def __init__(self, desk: Desk, plan: RunPlan) -> None:
        super().__init__(desk.iface.mainWindow())
        self._desk = desk
        self._plan = plan
        run = operations.algorithm(plan.run)
        self._estimates = Estimates(plan, self)
        self.setObjectName("imageryHubRunForm")
        self.setWindowTitle(run.displayName())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.connection = ConnectionCombo(plan.platform)
        self.model = chooser_for(run.parameterDefinition(plan.model), self.connection.value)
        self.model.setObjectName("imageryHubRunModel")
        self.items = chooser_for(run.parameterDefinition(plan.item), self.connection.value, several=True)
        self.items.setObjectName("imageryHubRunItems")
        self.area = AreaChooser(self)
        self.table = _table(plan)
        self.total = QLabel()
        self.total.setWordWrap(True)
        self.consent = QCheckBox(run.parameterDefinition(CONFIRM).description())
        self.consent.setObjectName("imageryHubRunConsent")
        self.as_layers = QCheckBox(tr("Add results to the map, in"))
        self.as_layers.setChecked(QgsSettings().value(COLLECT, True, type=bool))
        self.folder = QgsFileWidget()
        self.folder.setObjectName("imageryHubRunFolder")
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setFilePath(target.beginning())
        self.folder.setToolTip(tr("The folder in which the layers are kept, each as a GeoPackage"))
        self.as_layers.toggled.connect(self.folder.setEnabled)
        self.folder.setEnabled(self.as_layers.isChecked())
        self.status = StatusLine()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.run_button = self.buttons.addButton(tr("Run"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._lay_out(run.parameterDefinition(plan.model).description())
        self.connection.currentIndexChanged.connect(self._connection_changed)
        for signal in (self.model.changed, self.items.changed, self.area.changed):
            signal.connect(self._look)
        self._estimates.changed.connect(self._show)
        self.consent.toggled.connect(self._enable)
        self.buttons.accepted.connect(self._run)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self._estimates.stop)
        HelpKey(self, "results")
        self._show()

    def _lay_out(self, model: str) -> None:
        form = QFormLayout()
        form.addRow(tr("Connection"), self.connection)
        form.addRow(model, self.model)
        form.addRow(tr("On"), self.items)
        form.addRow(tr("Within"), self.area)
        hint = QLabel(self._plan.charge())
        hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.total)
        layout.addWidget(hint)
        kept = QHBoxLayout()
        kept.addWidget(self.as_layers)
        kept.addWidget(self.folder, 1)
        layout.addLayout(kept)
        for widget in (self.consent, self.status, self.buttons):
            layout.addWidget(widget)
        self.resize(540, 560)

    def fill(self, connection: str, model: Choice | None, items: Sequence[Choice]) -> None:
        """Show what was chosen elsewhere, by name."""
        self.connection.choose(connection)
        if model is not None:
            self.model.choose([model])
        if items:
            self.items.choose(items)
        self._look()

    def _connection_changed(self) -> None:
        for chooser in (self.model, self.items):
            chooser.set_value("")
            chooser.recall()
        self._look()

    def _chosen(self) -> list[str]:
        return split_ids(self.items.value())

    def _area_file(self) -> str:
        return keep(self.area.areas) if self.area.areas else ""

    def _look(self) -> None:
        """Ask what it costs, of what is chosen now; consent was given to something else."""
        self.consent.setChecked(False)
        words = ""
        try:
            self._estimates.want(self._chosen(), self.connection.value(), self._area_file())
        except Exception as error:  # the area could not be kept
            words = messages.sentence(error)
        self._show()
        if words:
            self.status.failure(words)

    def _show(self) -> None:
        locale = QLocale()
        self.table.clear()
        for item in self._chosen():
            found = self._estimates.found.get(item)
            row = QTreeWidgetItem([self.items.label_of(item), *_words(found, locale)])
            for column in (1, 2):
                row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if found is not None and found.problem:
                row.setToolTip(2, f"<p>{html.escape(found.problem)}</p>")  # it quotes the platform
            self.table.addTopLevelItem(row)
        self.total.setText(self._total_words(locale))
        problems = [self._estimates.found[item].problem for item in self._chosen() if item in self._estimates.found]
        first = next(filter(None, problems), "")
        if first:
            self.status.failure(first)
        else:
            self.status.clear()
        self._enable()

    def _total_words(self, locale: QLocale) -> str:
        chosen = self._chosen()
        if not chosen:
            return tr("Choose at least one raster.")
        total = self._estimates.total(chosen)
        if total is None:
            return tr("Asking what it costs…")
        words = tr("{count} to run, {charged} {unit} are charged.")
        if total.most is None:
            words = tr("{count} to run, {range} {unit} are charged. How large they are is not known.")
        elif total.most != total.least:
            words = tr(
                "{count} to run, about {charged} {unit} are charged: {range}, as the pixels are estimated from the zoom"
                " levels of the tiles."
            )
        return words.format(
            count=len(chosen), charged=locale.toString(total.charged or 0.0, "f", 2), unit=self._plan.unit,
            range=_range(total, locale),
        )

    def _enable(self) -> None:
        ready = bool(self._chosen()) and bool(self.model.value())
        known = ready and self._estimates.total(self._chosen()) is not None
        self.consent.setEnabled(known)
        self.run_button.setEnabled(known and self.consent.isChecked())
        missing = "" if ready else tr("Choose a detector and at least one raster.")
        self.run_button.setToolTip(missing or ("" if self.consent.isChecked() else tr("It runs when you agree.")))

    def _run(self) -> None:
        """A job for each raster; those that could not be started stay in the form."""
        QgsSettings().setValue(COLLECT, self.as_layers.isChecked())
        collects, folder = self.as_layers.isChecked(), Path(self.folder.filePath())
        if collects and not folder.is_dir():
            self.status.failure(tr("The folder for the layers is not there. Choose another one."))
            return
        if collects:
            target.remember(folder)
        left: list[str] = []
        words = ""
        chosen = self._chosen()
        for place, item in enumerate(chosen):
            try:
                job = operations.start(self._plan.run, self._parameters(item))
                if collects:
                    collector.want(job, folder, self._title(item))
            except Exception as error:
                left.append(item)
                words = messages.sentence(error)
                if isinstance(error, SecretsLocked):
                    left += chosen[place + 1:]
                    break
        if left:
            self.items.set_value(",".join(left))
            self._look()
            self.status.failure(words)
            return
        self._desk.show_dock("jobs")
        self.accept()

    def _title(self, item: str) -> str:
        model, name = self.model.label_of(self.model.value()), self.items.label_of(item)
        return messages.clean(tr("{detector} on {raster}").format(detector=model, raster=name))

    def _parameters(self, item: str) -> dict[str, Any]:
        plan = self._plan
        found = {"CONNECTION": self.connection.value(), plan.model: self.model.value(), plan.item: item, CONFIRM: True}
        area = self._area_file()
        return {**found, plan.areas: area, plan.set_areas: True} if area else found


def _words(found: Estimate | None, locale: QLocale) -> list[str]:
    """Size and charge of a raster."""
    if found is None:
        return ["…", "…"]
    if found.charged is None:
        return ["", tr("not known")]
    size = tr("not known") if found.size is None else locale.toString(found.size, "f", 2)
    charged = locale.toString(found.charged, "f", 2)
    if found.most != found.least:
        words = "{range}" if found.most is None else tr("about {charged}: {range}")
        charged = words.format(charged=charged, range=_range(found, locale))
    return [size, charged]


def _range(found: Estimate, locale: QLocale) -> str:
    """Between which the charge lies."""
    words = tr("at least {least}") if found.most is None else tr("from {least} to {most}")
    return words.format(least=locale.toString(found.least, "f", 2), most=locale.toString(found.most or 0.0, "f", 2))


def _table(plan: RunPlan) -> QTreeWidget:
    table = QTreeWidget()
    table.setObjectName("imageryHubRunTable")
    table.setAccessibleName(tr("What it costs"))
    table.setRootIsDecorated(False)
    table.setAlternatingRowColors(True)
    size = tr("Area ({unit})").format(unit=plan.unit)
    table.setHeaderLabels([tr("Raster"), size, tr("Charged ({unit})").format(unit=plan.unit)])
    table.header().setStretchLastSection(False)
    table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return table

; The installer and the uninstaller. `python dev.py installer` builds it; docs/deploying.md says what it does.
;
; release/installer.py defines VERSION (1.2.3), VERSION_NUMBERS (1.2.3.0), VERSION_MAJOR, VERSION_MINOR, PUBLISHER,
; COPYRIGHT, KILOBYTES (of the unpacked program), SOURCE (the folder that is packed), LICENSE_FILE, ICON, SIDEBAR (a
; picture) and SETUP (the file to write). If a certificate is configured, it also defines SIGN (a command that signs a file).

!if /FileExists "${NSISDIR}\Stubs\lzma_solid-amd64-unicode"
  Target amd64-unicode
!else
  Target x86-unicode ; the NSIS packages for Windows have only this stub, which 64-bit Windows runs too
!endif
SetCompressor /SOLID lzma
SetCompressorDictSize 64

!include FileFunc.nsh
!include LogicLib.nsh
!include MUI2.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh
!include WinVer.nsh
!include x64.nsh

!define PRODUCT "ZCC Keys"
!define EXE "${PRODUCT}.exe"
!define UNINSTALLER "Uninstall ${PRODUCT}.exe"
!define LIBRARIES "_internal"            ; PyInstaller's folder next to the exe
!define FORMER "${PRODUCT} former files" ; the older version, until the newer one is installed
!define LOCK "${PRODUCT} setup.lock"
!define APP_ID "ZCCKeys.ZCCKeys"         ; also in platform/process.py; both share one taskbar button
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${PRODUCT}"
!define NO_FOLDER "none\${PRODUCT}"      ; $INSTDIR without /D=; "Browse" appends its last part to a folder
!define DATA "%LOCALAPPDATA%\${PRODUCT}"

; NSIS exits with 0, 1 (canceled) or 2 (failed). These are Windows' own codes (winerror.h), which Intune knows.
!define ERROR_INSTALL_ALREADY_RUNNING 1618
!define ERROR_INSTALL_PLATFORM_UNSUPPORTED 1633
!define ERROR_INSTALL_REJECTED 1925 ; msi.h: no permission to install for all users

; WELL_KNOWN_SID_TYPE (winnt.h)
!define LOCAL_SYSTEM 22
!define ADMINISTRATORS 26

!define ERROR_SHARING_VIOLATION 32
!define GENERIC_WRITE_ACCESS 0x40000000
!define SHARE_ALL 7
!define CREATE_ALWAYS 2
!define OPEN_EXISTING 3
!define HIDDEN_AND_DELETED_ON_CLOSE 0x04000002
!define STD_ERROR_HANDLE -12
!define ATTACH_PARENT_PROCESS -1
!define GPS_READWRITE 2

Name "${PRODUCT}"
OutFile "${SETUP}"
InstallDir "${NO_FOLDER}"
BrandingText "${PRODUCT} ${VERSION}"
RequestExecutionLevel user
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10 ; Windows 11 has the same number
AllowSkipFiles off        ; stop if a file cannot be written

VIProductVersion "${VERSION_NUMBERS}"
VIFileVersion "${VERSION_NUMBERS}"
VIAddVersionKey ProductName "${PRODUCT}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${PRODUCT} Setup"
VIAddVersionKey CompanyName "${PUBLISHER}"
VIAddVersionKey LegalCopyright "${COPYRIGHT}"

!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
  !finalize '${SIGN} "%1"' = 0
!endif

Var Lock      ; handle of the file that prevents a second setup from changing the folder
Var Installed ; the folder of the installed version, or empty
Var HasReplacedFiles ; 1 after files were replaced

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDEBAR}"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "${SIDEBAR}"
!define MUI_FINISHPAGE_NOREBOOTSUPPORT

!insertmacro MUI_PAGE_LICENSE "${LICENSE_FILE}"
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipIfInstalled
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "Start ${PRODUCT}"
!define MUI_FINISHPAGE_RUN_FUNCTION Start
!insertmacro MUI_PAGE_FINISH

!define MUI_UNCONFIRMPAGE_TEXT_TOP "Setup removes ${PRODUCT}. It keeps the vault with your API keys in ${DATA}."
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!define MUI_FINISHPAGE_TEXT "${PRODUCT} was removed. Each user's vault with API keys is still in the folder ${DATA}. \
  To delete the API keys too, delete that folder."
!insertmacro MUI_UNPAGE_FINISH

!insertmacro MUI_LANGUAGE English

; --- shared -------------------------------------------------------------------------------------------------

; Set $0 to 1 if this process belongs to a well-known group or account. Its name depends on the language of Windows.
!macro HasRightsOf WELL_KNOWN_SID
  System::Call '*(&i68) p.r1' ; SECURITY_MAX_SID_SIZE
  System::Call 'advapi32::CreateWellKnownSid(i ${WELL_KNOWN_SID}, p 0, p r1, *i 68)'
  System::Call 'advapi32::CheckTokenMembership(p 0, p r1, *i .r0)'
  System::Free $1
!macroend

!macro ShowError TEXT
  StrCpy $0 "${TEXT}"
  Call ${UN}WriteToConsole
  MessageBox MB_OK|MB_ICONSTOP "${TEXT}" /SD IDOK
!macroend

!macro QuitWithError CODE TEXT
  !insertmacro ShowError "${TEXT}"
  SetErrorLevel ${CODE}
  Quit
!macroend

!macro FunctionsForBoth

; Write $0 to standard error, or to the parent process's console if there is no standard error.
Function ${UN}WriteToConsole
  System::Call 'kernel32::GetStdHandle(i ${STD_ERROR_HANDLE}) p.r1'
  ${If} $1 P= 0
    System::Call 'kernel32::AttachConsole(i ${ATTACH_PARENT_PROCESS})'
    System::Call 'kernel32::GetStdHandle(i ${STD_ERROR_HANDLE}) p.r1'
  ${EndIf}
  FileWrite $1 "$0$\r$\n"
FunctionEnd

; Prevent other setups from changing $INSTDIR, which exists. The lock is a file, so it works across users and sessions.
; Windows deletes it when this process ends.
Function ${UN}AcquireLock
  System::Call 'kernel32::CreateFileW(w "$INSTDIR\${LOCK}", i ${GENERIC_WRITE_ACCESS}, i 0, p 0, i ${CREATE_ALWAYS}, \
    i ${HIDDEN_AND_DELETED_ON_CLOSE}, p 0) p.s ?e'
  Pop $1
  Pop $Lock
  ${If} $Lock P= -1
    ${If} $1 = ${ERROR_SHARING_VIOLATION}
      !insertmacro QuitWithError ${ERROR_INSTALL_ALREADY_RUNNING} "Another ${PRODUCT} setup is running. Nothing was \
        changed. Wait until it has finished, and then try again."
    ${EndIf}
    !insertmacro QuitWithError 2 "Setup can't write to the folder $INSTDIR. Nothing was changed. Choose another folder."
  ${EndIf}
FunctionEnd

; Quit if the program is running. Windows locks its file, even if another session runs it.
Function ${UN}QuitIfRunning
  Again:
  System::Call 'kernel32::CreateFileW(w "$INSTDIR\${EXE}", i ${GENERIC_WRITE_ACCESS}, i ${SHARE_ALL}, p 0, \
    i ${OPEN_EXISTING}, i 0, p 0) p.r1 ?e'
  Pop $0
  ${If} $1 P<> -1
    System::Call 'kernel32::CloseHandle(p r1)'
  ${ElseIf} $0 = ${ERROR_SHARING_VIOLATION}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${PRODUCT} is running, in your session or in another user's. \
      Close it, and then select Retry." /SD IDCANCEL IDRETRY Again
    StrCpy $0 "${PRODUCT} is running. Nothing was changed. Close it, and then try again."
    Call ${UN}WriteToConsole
    SetErrorLevel ${ERROR_INSTALL_ALREADY_RUNNING}
    Quit
  ${EndIf}
FunctionEnd

; Release the lock, and remove the folder if it is empty.
Function ${UN}ReleaseFolder
  System::Call 'kernel32::CloseHandle(p $Lock)'
  RMDir "$INSTDIR"
FunctionEnd

!macroend

!define UN ""
!insertmacro FunctionsForBoth
!undef UN
!define UN "un."
!insertmacro FunctionsForBoth
!undef UN

; --- installing -----------------------------------------------------------------------------------------------

!define UN ""

Function .onInit
  SetRegView 64
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    !insertmacro QuitWithError ${ERROR_INSTALL_PLATFORM_UNSUPPORTED} "${PRODUCT} requires 64-bit Windows 10 or 11."
  ${EndIf}

  ; Install for the current user, without administrator rights. /AllUsers and the SYSTEM account install for all users.
  !insertmacro HasRightsOf ${LOCAL_SYSTEM}
  ${GetParameters} $1
  ${GetOptions} $1 "/AllUsers" $1
  ${If} ${Errors}
  ${AndIf} $0 = 0
    StrCpy $2 "$LOCALAPPDATA\Programs\${PRODUCT}"
  ${Else}
    !insertmacro HasRightsOf ${ADMINISTRATORS}
    ${If} $0 = 0
      !insertmacro QuitWithError ${ERROR_INSTALL_REJECTED} "You need administrator rights to install ${PRODUCT} for all \
        users. Nothing was changed. Run setup as administrator, or without /AllUsers."
    ${EndIf}
    SetShellVarContext all
    StrCpy $2 "$PROGRAMFILES64\${PRODUCT}"
  ${EndIf}

  ReadRegStr $Installed SHCTX "${KEY}" InstallLocation
  ${IfNot} ${FileExists} "$Installed\${UNINSTALLER}" ; the user deleted the program manually
    StrCpy $Installed ""
  ${EndIf}
  ${If} $INSTDIR == "${NO_FOLDER}"
    System::Call 'kernel32::GetCommandLineW() w.r0' ; NSIS ignores an invalid /D= and removes it
    ${GetOptions} $0 "/D=" $1
    ${IfNot} ${Errors}
      !insertmacro QuitWithError 2 "The folder after /D= can't be used. Nothing was changed. Enter a full path without \
        quotation marks, as the last switch."
    ${EndIf}
    StrCpy $INSTDIR $2
    ${If} $Installed != ""
      StrCpy $INSTDIR $Installed
    ${EndIf}
  ${EndIf}
FunctionEnd

; An upgrade stays in its folder.
Function SkipIfInstalled
  ${If} $Installed != ""
    Abort
  ${EndIf}
FunctionEnd

!macro MoveToFormer ITEM
  ${If} ${FileExists} "$INSTDIR\${ITEM}"
    CreateDirectory "$INSTDIR\${FORMER}"
    Rename "$INSTDIR\${ITEM}" "$INSTDIR\${FORMER}\${ITEM}"
  ${EndIf}
!macroend

!macro RestoreItem ITEM
  ${If} ${FileExists} "$INSTDIR\${FORMER}\${ITEM}"
    Delete "$INSTDIR\${ITEM}"
    RMDir /r "$INSTDIR\${ITEM}"
    Rename "$INSTDIR\${FORMER}\${ITEM}" "$INSTDIR\${ITEM}"
  ${EndIf}
!macroend

Section
  Call QuitIfRunningInPreviousFolder
  CreateDirectory "$INSTDIR"
  Call AcquireLock
  Call QuitIfRunning
  SetOutPath $TEMP ; Windows can't move or remove the current folder
  ${If} ${FileExists} "$INSTDIR\${FORMER}"
    ${IfNot} ${FileExists} "$INSTDIR\${UNINSTALLER}" ; setup writes this file last, so a setup was interrupted
      Call RestoreFormerFiles
    ${EndIf}
    RMDir /r "$INSTDIR\${FORMER}"
  ${EndIf}
  Call QuitIfFolderHasOtherProgram

  ; The former files are moved instead of overwritten. Setup restores them if the new ones cannot be written, and files
  ; that the new version no longer has do not remain.
  ClearErrors
  !insertmacro MoveToFormer "${UNINSTALLER}"
  !insertmacro MoveToFormer "${LIBRARIES}"
  !insertmacro MoveToFormer "${EXE}"
  ${If} ${Errors}
    Call RestoreFormerFiles
    !insertmacro QuitWithError ${ERROR_INSTALL_ALREADY_RUNNING} "Files in $INSTDIR are in use. Nothing was changed. Close \
      the programs that use them, and then try again."
  ${EndIf}

  StrCpy $HasReplacedFiles 1
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}\${LIBRARIES}"
  File "${SOURCE}\${EXE}"
  WriteUninstaller "$INSTDIR\${UNINSTALLER}"
  CreateShortcut "$SMPROGRAMS\${PRODUCT}.lnk" "$INSTDIR\${EXE}"
  Call Register
  SetOutPath $TEMP
  ${If} ${Errors}
    Abort
  ${EndIf}
  Call SetShortcutAppId
  RMDir /r "$INSTDIR\${FORMER}"
  Call RemovePreviousFolder
SectionEnd

; /D= moves an installed program to another folder.
Function QuitIfRunningInPreviousFolder
  ${If} $Installed != ""
    Push $INSTDIR
    StrCpy $INSTDIR $Installed
    Call QuitIfRunning
    Pop $INSTDIR
  ${EndIf}
FunctionEnd

Function RemovePreviousFolder
  ${If} $Installed != ""
  ${AndIf} $Installed != $INSTDIR
    Delete "$Installed\${EXE}"
    RMDir /r "$Installed\${LIBRARIES}"
    Delete "$Installed\${UNINSTALLER}"
    RMDir "$Installed"
  ${EndIf}
FunctionEnd

; Restore the files that were moved. Files that were not moved yet still belong to the former version.
Function RestoreFormerFiles
  !insertmacro RestoreItem "${EXE}"
  !insertmacro RestoreItem "${LIBRARIES}"
  !insertmacro RestoreItem "${UNINSTALLER}"
  RMDir "$INSTDIR\${FORMER}"
FunctionEnd

; Other PyInstaller programs also have a folder with the name of LIBRARIES.
Function QuitIfFolderHasOtherProgram
  ${If} ${FileExists} "$INSTDIR\${LIBRARIES}"
  ${AndIfNot} ${FileExists} "$INSTDIR\${EXE}"
  ${AndIfNot} ${FileExists} "$INSTDIR\${UNINSTALLER}"
    !insertmacro QuitWithError 2 "The folder $INSTDIR contains another program. Nothing was changed. Choose another \
      folder."
  ${EndIf}
FunctionEnd

Function Register
  WriteRegStr SHCTX "${KEY}" DisplayName "${PRODUCT}"
  WriteRegStr SHCTX "${KEY}" DisplayVersion "${VERSION}"
  WriteRegStr SHCTX "${KEY}" DisplayIcon "$INSTDIR\${EXE}"
  WriteRegStr SHCTX "${KEY}" Publisher "${PUBLISHER}"
  WriteRegStr SHCTX "${KEY}" InstallLocation "$INSTDIR"
  WriteRegStr SHCTX "${KEY}" UninstallString '"$INSTDIR\${UNINSTALLER}"'
  ; Without _?=, the uninstaller continues in a copy of itself, so the caller does not get its exit code.
  WriteRegStr SHCTX "${KEY}" QuietUninstallString '"$INSTDIR\${UNINSTALLER}" /S _?=$INSTDIR'
  WriteRegDWORD SHCTX "${KEY}" VersionMajor ${VERSION_MAJOR}
  WriteRegDWORD SHCTX "${KEY}" VersionMinor ${VERSION_MINOR}
  WriteRegDWORD SHCTX "${KEY}" EstimatedSize ${KILOBYTES}
  WriteRegDWORD SHCTX "${KEY}" NoModify 1
  WriteRegDWORD SHCTX "${KEY}" NoRepair 1
FunctionEnd

; Without it, the program gets a second taskbar button beside the pinned shortcut.
Function SetShortcutAppId
  System::Call 'shell32::SHGetPropertyStoreFromParsingName(w "$SMPROGRAMS\${PRODUCT}.lnk", p 0, i ${GPS_READWRITE}, \
    g "${IID_IPropertyStore}", *p .r0) i.r1'
  ${If} $1 = 0
    System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID}) p.r1'
    System::Call '*(&w64 "${APP_ID}") p.r2'
    System::Call '*(&i2 ${VT_LPWSTR}, &i6 0, p r2, p 0) p.r3' ; PROPVARIANT
    ${IPropertyStore::SetValue} $0 '(r1, r3)'
    ${IPropertyStore::Commit} $0 ""
    ${IUnknown::Release} $0 ""
    System::Free $1
    System::Free $2
    System::Free $3
  ${EndIf}
FunctionEnd

Function .onInstFailed
  ${If} $HasReplacedFiles = 1
    SetOutPath $TEMP
    ${If} ${FileExists} "$INSTDIR\${FORMER}"
      Call RestoreFormerFiles
    ${Else}
      Delete "$INSTDIR\${EXE}"
      RMDir /r "$INSTDIR\${LIBRARIES}"
      Delete "$INSTDIR\${UNINSTALLER}"
      Delete "$SMPROGRAMS\${PRODUCT}.lnk"
      DeleteRegKey SHCTX "${KEY}"
      Call ReleaseFolder
    ${EndIf}
    !insertmacro ShowError "${PRODUCT} could not be installed because setup can't write a file in $INSTDIR. The previous \
      files were restored."
  ${EndIf}
FunctionEnd

; Start the program through the shell, because setup may have more rights than the user.
Function Start
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\${EXE}"'
FunctionEnd

; --- removing -------------------------------------------------------------------------------------------------

!undef UN
!define UN "un."

Function un.onInit
  SetRegView 64
  ${GetParameters} $0
  ${GetOptions} $0 "/Remains" $0
  ${IfNot} ${Errors}
    Call un.RemoveUninstaller
    Quit
  ${EndIf}
  ReadRegStr $0 HKLM "${KEY}" InstallLocation
  ${If} $0 == $INSTDIR
    SetShellVarContext all
    !insertmacro HasRightsOf ${ADMINISTRATORS}
    ${If} $0 = 0
      ${IfNot} ${Silent} ; Windows Settings starts it without administrator rights
        ClearErrors
        ExecShell runas "$INSTDIR\${UNINSTALLER}"
        ${IfNot} ${Errors}
          Quit
        ${EndIf}
      ${EndIf}
      !insertmacro QuitWithError ${ERROR_INSTALL_REJECTED} "${PRODUCT} is installed for all users. You need administrator \
        rights to remove it. Nothing was changed."
    ${EndIf}
  ${Else}
    ReadRegStr $0 HKCU "${KEY}" InstallLocation
    ${If} $0 != $INSTDIR
      !insertmacro QuitWithError 2 "${PRODUCT} is not installed in $INSTDIR for this account. Nothing was changed."
    ${EndIf}
  ${EndIf}
FunctionEnd

Section Uninstall
  Call un.AcquireLock
  Call un.QuitIfRunning
  SetOutPath $TEMP
  Delete "$INSTDIR\${EXE}"
  RMDir /r "$INSTDIR\${LIBRARIES}"
  RMDir /r "$INSTDIR\${FORMER}"
  ${If} ${FileExists} "$INSTDIR\${EXE}"
  ${OrIf} ${FileExists} "$INSTDIR\${LIBRARIES}"
    !insertmacro QuitWithError 2 "${PRODUCT} could not be removed completely because files in $INSTDIR are in use. Close \
      the programs that use them, and then try again."
  ${EndIf}
  Delete "$SMPROGRAMS\${PRODUCT}.lnk"
  DeleteRegKey SHCTX "${KEY}"
  Delete "$INSTDIR\${UNINSTALLER}"
  ${If} ${FileExists} "$INSTDIR\${UNINSTALLER}" ; with _?= it is still running, so a second process removes it
    Exec '"$INSTDIR\${UNINSTALLER}" /S /Remains'
  ${EndIf}
  Call un.ReleaseFolder
  SetShellVarContext current
  RMDir /r "$LOCALAPPDATA\${PRODUCT}\Logs"
  RMDir "$LOCALAPPDATA\${PRODUCT}" ; only if it has no vault
  StrCpy $0 "${PRODUCT} was removed. Each user's vault with API keys is still in ${DATA}."
  Call un.WriteToConsole
SectionEnd

; Remove the uninstaller and its folder after it has ended. Wait for at most ten seconds.
Function un.RemoveUninstaller
  ${ForEach} $0 1 100 + 1
    Delete "$INSTDIR\${UNINSTALLER}"
    ${IfNot} ${FileExists} "$INSTDIR\${UNINSTALLER}"
      ${ExitFor}
    ${EndIf}
    Sleep 100
  ${Next}
  RMDir "$INSTDIR"
FunctionEnd
